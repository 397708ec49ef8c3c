//! Draws `.github/hf-auth-light.svg` and `.github/hf-auth-dark.svg`: a shell on a terminal, in which the real `hf` logs in with
//! the browser, says which token counts and runs a command as another account, against a stub of the Hub on this machine.
//! What the pictures show is what the terminal showed, colours included, and the same program makes the same bytes every time.
//!
//! ```sh
//! cargo run --example picture
//! ```
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "this is a tool for those who build hf, and what it borrows from the tests panics where a test should fail"
)]

#[cfg(unix)]
#[allow(dead_code, reason = "only what the terminal needs of it is used")]
#[path = "../tests/cli/support/display.rs"]
mod display;
#[cfg(unix)]
#[path = "../tests/cli/support/hub.rs"]
mod hub;
#[cfg(unix)]
#[allow(dead_code, reason = "only what the terminal needs of it is used")]
#[path = "../tests/cli/support/outcome.rs"]
mod outcome;
#[cfg(unix)]
#[path = "picture/palette.rs"]
mod palette;
#[cfg(unix)]
#[path = "picture/sandbox.rs"]
mod sandbox;
#[cfg(unix)]
#[path = "picture/session.rs"]
mod session;
#[cfg(unix)]
#[path = "picture/svg.rs"]
mod svg;
#[cfg(unix)]
#[allow(dead_code, reason = "only what a picture needs of it is used")]
#[path = "../tests/cli/support/terminal.rs"]
mod terminal;
#[cfg(unix)]
#[allow(dead_code, reason = "only a certificate of our own is shown")]
#[path = "../tests/cli/support/tls.rs"]
mod tls;
#[cfg(unix)]
#[path = "picture/way.rs"]
mod way;

#[cfg(unix)]
fn main() -> anyhow::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".github");
    let moments = session::play()?;
    for palette in &palette::PALETTES {
        let path = folder.join(format!("hf-auth-{}.svg", palette.name));
        let drawing = svg::draw(&moments, palette);
        std::fs::write(&path, &drawing)?;
        println!("{}: {} bytes", path.display(), drawing.len());
    }
    Ok(())
}

#[cfg(not(unix))]
fn main() {
    eprintln!("The picture is drawn on a Unix terminal.");
}
