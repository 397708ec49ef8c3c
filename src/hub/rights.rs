//! What the Hub says of a token beside whose it is: since when and until when, and what a fine-grained one may do where. Its
//! words are kept as they are, so that a right of tomorrow is shown too; what cannot be understood is left out.

use serde::{Deserialize, Serialize};

use super::identity::{Shown, is_short, lenient};
use crate::clock;

/// What a token may do, as far as the Hub says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rights {
    /// The Hub lists what such a token may do; of an OAuth token it does not.
    pub is_listed: bool,
    /// When it was made, in seconds since 1970.
    pub created_at: Option<i64>,
    /// When it ends, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// Whether it reads gated repositories that its owner may read; known of a fine-grained token.
    pub reads_gated: Option<bool>,
    /// What a fine-grained token may do everywhere, such as `discussion.write`.
    pub global: Vec<String>,
    /// What it may do in single places.
    pub grants: Vec<Scope>,
    /// The account's organizations, with its role in each.
    pub orgs: Vec<Membership>,
}

/// What a fine-grained token may do in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// What kind of place it is: `model`, `dataset`, `space`, `user`, `org`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Such as `repo.write`.
    pub permissions: Vec<String>,
}

/// An organization that an account is part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// Its name.
    pub name: String,
    /// Such as `admin`.
    pub role: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FineGrained<'a> {
    #[serde(borrow)]
    can_read_gated_repos: Shown<'a>,
    #[serde(borrow)]
    global: Shown<'a>,
    #[serde(borrow)]
    scoped: Shown<'a>,
}

#[derive(Deserialize)]
struct Scoped<'a> {
    entity: Entity,
    #[serde(borrow)]
    permissions: Shown<'a>,
}

#[derive(Deserialize)]
struct Entity {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organization<'a> {
    name: String,
    #[serde(borrow)]
    role_in_org: Shown<'a>,
}

impl Rights {
    /// Of an access token.
    pub(super) fn of(created_at: Shown, fine_grained: Shown) -> Self {
        let fine_grained = lenient::<FineGrained>(fine_grained);
        let part = |part: fn(&FineGrained<'_>) -> Vec<String>| fine_grained.as_ref().map(part).unwrap_or_default();
        Rights {
            created_at: moment(created_at),
            reads_gated: fine_grained.as_ref().and_then(|it| lenient(it.can_read_gated_repos)),
            global: part(|it| texts(it.global)),
            grants: fine_grained.as_ref().map(|it| scopes(it.scoped)).unwrap_or_default(),
            ..Rights::default()
        }
    }

    /// The same without what `redact` takes out.
    pub(super) fn redacted(self, redact: impl Fn(&str) -> String) -> Self {
        let all = |texts: Vec<String>| texts.iter().map(|text| redact(text)).collect();
        let scope = |scope: Scope| Scope {
            kind: redact(&scope.kind),
            name: redact(&scope.name),
            permissions: all(scope.permissions),
        };
        let membership = |it: Membership| Membership {
            name: redact(&it.name),
            role: it.role.as_deref().map(&redact),
        };
        Rights {
            global: all(self.global),
            grants: self.grants.into_iter().map(scope).collect(),
            orgs: self.orgs.into_iter().map(membership).collect(),
            ..self
        }
    }
}

/// A moment, in seconds since 1970.
pub(super) fn moment(value: Shown) -> Option<i64> {
    clock::moment(&lenient::<String>(value)?)
}

/// The organizations of `orgs`.
pub(super) fn memberships(orgs: Shown) -> Vec<Membership> {
    let membership = |organization: Organization| Membership {
        name: organization.name,
        role: lenient::<String>(organization.role_in_org).filter(is_short),
    };
    let memberships = each::<Organization>(orgs).map(membership);
    memberships.filter(|it| is_short(&it.name)).collect()
}

fn scopes(value: Shown) -> Vec<Scope> {
    let scope = |scoped: Scoped| Scope {
        kind: scoped.entity.kind,
        name: scoped.entity.name,
        permissions: texts(scoped.permissions),
    };
    let scopes = each::<Scoped>(value).map(scope);
    scopes.filter(|it| is_short(&it.kind) && is_short(&it.name)).collect()
}

fn texts(value: Shown) -> Vec<String> {
    each::<String>(value).filter(is_short).collect()
}

/// Those members of a list that are what they should be.
fn each<'a, T: Deserialize<'a>>(value: Shown<'a>) -> impl Iterator<Item = T> {
    let members: Vec<Shown<'a>> = lenient(value).unwrap_or_default();
    members.into_iter().filter_map(lenient::<T>)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Identity;

    #[test]
    fn a_fine_grained_token_s_rights_are_kept_in_the_hub_s_own_words() {
        let whoami = json!({"name": "alice", "orgs": [{"name": "acme", "roleInOrg": "admin"}, {"name": "beta", "roleInOrg": 7}, 3],
            "auth": {"type": "access_token", "expiresAt": "2027-01-02T03:04:05.000Z", "accessToken": {
                "displayName": "ci", "role": "fineGrained", "createdAt": "2026-01-02T03:04:05.000Z",
                "fineGrained": {"canReadGatedRepos": true, "global": ["discussion.write", 5, "odd right"],
                    "scoped": [{"entity": {"type": "model", "name": "acme/x", "_id": "1"}, "permissions": ["repo.write", null]},
                        {"entity": {"type": "user"}, "permissions": []}, "odd"]}}}});
        let rights = Identity::from_json(whoami.to_string().as_bytes()).unwrap().rights;
        assert!(rights.is_listed);
        assert_eq!(
            (rights.created_at, rights.expires_at, rights.reads_gated),
            (Some(1_767_323_045), Some(1_798_859_045), Some(true))
        );
        assert_eq!(rights.global, ["discussion.write", "odd right"]);
        assert_eq!(rights.grants.len(), 1);
        assert_eq!(rights.grants[0].kind, "model");
        assert_eq!(rights.grants[0].permissions, ["repo.write"]);
        let orgs = rights.orgs.iter().map(|org| (org.name.as_str(), org.role.as_deref()));
        assert_eq!(orgs.collect::<Vec<_>>(), [("acme", Some("admin")), ("beta", None)]);
    }

    #[test]
    fn what_is_odd_in_them_stands_in_no_login_s_way() {
        for auth in [
            json!({"expiresAt": 5, "accessToken": {"createdAt": [], "fineGrained": "x"}}),
            json!({"expiresAt": "soon", "accessToken": {"createdAt": "", "fineGrained": {"global": {}, "scoped": 1}}}),
            json!({"type": "oauth"}),
            json!(null),
        ] {
            let whoami = json!({"name": "alice", "auth": auth});
            let rights = Identity::from_json(whoami.to_string().as_bytes()).unwrap().rights;
            assert_eq!((rights.created_at, rights.expires_at), (None, None));
            assert!(rights.global.is_empty() && rights.grants.is_empty());
            assert_eq!(rights.is_listed, auth.get("accessToken").is_some());
        }
    }
}
