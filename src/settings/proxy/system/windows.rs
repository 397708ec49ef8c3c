//! The registry: Internet Settings of this user.

use windows_registry::{CURRENT_USER, Key};

use super::SystemProxies;

const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

pub(in crate::settings::proxy) fn read() -> SystemProxies {
    CURRENT_USER
        .open(SETTINGS)
        .map(|key| read_from(&key))
        .unwrap_or_default()
}

fn read_from(key: &Key) -> SystemProxies {
    let is_on = key.get_u32("ProxyEnable").is_ok_and(|value| value != 0);
    let server = key.get_string("ProxyServer").ok().filter(|_| is_on);
    let exceptions = key.get_string("ProxyOverride").unwrap_or_default();
    server
        .map(|server| SystemProxies::of_registry(&server, &exceptions))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_switched_off_does_not_count() {
        let path = format!(r"Software\hf-auth-test-{}", std::process::id());
        let key = CURRENT_USER.create(&path).unwrap();
        let nothing = read_from(&key);
        key.set_string("ProxyServer", "proxy:3128").unwrap();
        key.set_string("ProxyOverride", "<local>").unwrap();
        key.set_u32("ProxyEnable", 0).unwrap();
        let off = read_from(&key);
        key.set_u32("ProxyEnable", 1).unwrap();
        let on = read_from(&key);
        CURRENT_USER.remove_tree(&path).unwrap();

        assert_eq!((nothing, off), Default::default());
        assert_eq!(on, SystemProxies::of_registry("proxy:3128", "<local>"));
    }
}
