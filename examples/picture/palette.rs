//! The colours of a terminal, once for a page in the dark and once for one in the light.

/// What the cells of a screen are painted with.
pub(crate) struct Palette {
    /// Of the picture's file.
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) window: &'static str,
    pub(crate) border: &'static str,
    /// The colours 1 to 15 of the terminal, red first; black is not among them.
    pub(crate) colours: [&'static str; 15],
}

pub(crate) const PALETTES: [Palette; 2] = [
    Palette {
        name: "light",
        text: "#1f2328",
        window: "#ffffff",
        border: "#c4ccd6",
        colours: [
            "#c01c28", "#17702f", "#855800", "#0757b8", "#7340c8", "#12666d", "#4d5561", "#59636e", "#a40e1c",
            "#0f5a24", "#6c4700", "#054495", "#5f2fae", "#0d5359", "#1f2328",
        ],
    },
    Palette {
        name: "dark",
        text: "#d6deeb",
        window: "#10161f",
        border: "#3d4a5c",
        colours: [
            "#ff6b74", "#5fd38d", "#f2cc60", "#79b8ff", "#d2a8ff", "#56d4dd", "#d6deeb", "#8b98a9", "#ff8f96",
            "#85e0a8", "#f7dc8c", "#a5cdff", "#e2c5ff", "#89e4ea", "#ffffff",
        ],
    },
];
