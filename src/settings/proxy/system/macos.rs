//! The System Configuration, as `scutil --proxy` shows it.

use system_configuration::core_foundation::array::CFArray;
use system_configuration::core_foundation::base::{CFType, TCFType};
use system_configuration::core_foundation::dictionary::CFDictionary;
use system_configuration::core_foundation::number::CFNumber;
use system_configuration::core_foundation::propertylist::{create_data, kCFPropertyListXMLFormat_v1_0};
use system_configuration::core_foundation::string::CFString;
use system_configuration::dynamic_store::SCDynamicStoreBuilder;

use super::SystemProxies;

type Values = CFDictionary<CFString, CFType>;

pub(in crate::settings::proxy) fn read() -> SystemProxies {
    let store = SCDynamicStoreBuilder::<()>::new("hf").build();
    let values = store.and_then(|store| store.get_proxies());
    values.map(|values| read_from(&values)).unwrap_or_default()
}

fn read_from(values: &Values) -> SystemProxies {
    let proxy = |scheme: &str| {
        let is_on = number(values, &format!("{scheme}Enable")).is_some_and(|value| value != 0);
        let host = text(values, &format!("{scheme}Proxy")).filter(|_| is_on)?;
        Some((host, number(values, &format!("{scheme}Port")).unwrap_or(0)))
    };
    let no_plain_names = number(values, "ExcludeSimpleHostnames").is_some_and(|value| value != 0);
    SystemProxies::of_configuration(
        proxy("HTTP"),
        proxy("HTTPS"),
        no_plain_names,
        &list(values, "ExceptionsList"),
    )
}

fn number(values: &Values, name: &str) -> Option<i64> {
    values.find(CFString::new(name))?.downcast::<CFNumber>()?.to_i64()
}

fn text(values: &Values, name: &str) -> Option<String> {
    let text = values.find(CFString::new(name))?.downcast::<CFString>()?.to_string();
    Some(text).filter(|text| !text.is_empty())
}

/// The texts of a list. Its elements are bare pointers to the library, so they are read from the list's XML.
fn list(values: &Values, name: &str) -> Vec<String> {
    let xml = values.find(CFString::new(name)).and_then(|list| {
        let list = list.downcast::<CFArray>()?;
        create_data(list.as_CFTypeRef(), kCFPropertyListXMLFormat_v1_0).ok()
    });
    let xml = xml.map(|xml| String::from_utf8_lossy(xml.bytes()).into_owned());
    let xml = xml.unwrap_or_default();
    let texts = xml
        .split("<string>")
        .skip(1)
        .filter_map(|text| text.split_once("</string>"));
    texts.map(|(text, _)| text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_switched_off_does_not_count() {
        let pair = |name: &str, value: CFType| (CFString::new(name), value);
        let of = |enabled: i32| {
            Values::from_CFType_pairs(&[
                pair("HTTPSEnable", CFNumber::from(enabled).into_CFType()),
                pair("HTTPSProxy", CFString::new("proxy").into_CFType()),
                pair("HTTPSPort", CFNumber::from(3128).into_CFType()),
                pair("HTTPProxy", CFString::new("other").into_CFType()),
                pair("ExcludeSimpleHostnames", CFNumber::from(1).into_CFType()),
                pair(
                    "ExceptionsList",
                    CFArray::from_CFTypes(&[CFString::new("*.local")]).into_CFType(),
                ),
            ])
        };
        let listed = ["*.local".to_owned()];
        let proxy = Some(("proxy".to_owned(), 3128));
        assert_eq!(
            read_from(&of(1)),
            SystemProxies::of_configuration(None, proxy, true, &listed)
        );
        assert_eq!(
            read_from(&of(0)),
            SystemProxies::of_configuration(None, None, true, &listed)
        );
    }
}
