//! What the guide lists for `hedgehog_device_type` and `hedgehog_module_type`.

mod real {
    use std::collections::BTreeMap;

    use hedgehog::netbox::Client;
    use hedgehog::reconcile::types::{
        Claim, Permits, Template, TypeError, TypeKind, TypeSpec, delete_type, ensure_type, lacking,
    };

    use crate::permissions::{guide, names};
    use crate::support::contract::REAL;
    use crate::support::server::Server;
    use crate::support::user::User;

    /// Of the state that makes the types.
    const WORD: &str = "word";

    /// A type of a manufacturer of its own, with these ports and bays.
    fn wished(kind: TypeKind, ports: &[(&str, &str)], bays: &[&str]) -> TypeSpec {
        let template = |interface_type: &str| Template {
            interface_type: interface_type.to_owned(),
            mgmt_only: false,
        };
        let ports = ports
            .iter()
            .map(|(name, of)| ((*name).to_owned(), template(of)));
        TypeSpec {
            kind,
            manufacturer: "Least".to_owned(),
            model: "Type 1".to_owned(),
            part_number: None,
            interfaces: ports.collect::<BTreeMap<_, _>>(),
            bays: bays.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// The life of a type: made, changed in all that may change, and taken away.
    fn life(kind: &TypeKind) -> [TypeSpec; 2] {
        let first = [("p0", "25gbase-x-sfp28"), ("p1", "25gbase-x-sfp28")];
        let then = [("p0", "100gbase-x-qsfp28"), ("p2", "25gbase-x-sfp28")];
        let mut changed = wished(kind.clone(), &then, &["bay-2"]);
        changed.part_number = Some("4711".to_owned());
        [wished(kind.clone(), &first, &["bay-1"]), changed]
    }

    async fn lived(client: &Client, kind: &TypeKind) -> Result<(), TypeError> {
        let claim = Claim {
            word: WORD,
            new: false,
            register: true,
        };
        for spec in life(kind) {
            let found = ensure_type(client, &spec, claim, &mut Permits::default()).await?;
            assert!(found.owner.is_ours() && found.is_as_wished(), "{found:?}");
        }
        delete_type(client, &life(kind)[1], WORD).await
    }

    fn device() -> TypeKind {
        TypeKind::Device {
            slug: "type-1".to_owned(),
            u_height: Some(2),
            is_full_depth: None,
        }
    }

    /// All that the guide lists is enough, and without one of it the life of a type ends with an error
    /// that names what is missing. The field that marks types is missing at first.
    #[tokio::test]
    async fn each_permission_of_the_guide_is_needed_for_types() {
        let _alone = REAL.lock().await;
        let admin = Server::real("types").await;
        let [_, _, actions] = guide();
        let user = User::create(&admin, "types", &actions, false).await;
        let client = user.server.client();
        let before = admin.counts().await;
        let kinds = [device(), TypeKind::Module];
        for (object_type, allowed) in &actions {
            for action in allowed {
                let one = [(object_type.clone(), [action.clone()].into())].into();
                let name = names(&one).pop_first().unwrap();
                unregister(&admin).await;
                user.lacks(object_type, &[action]).await;
                let mut said = Vec::new();
                for kind in &kinds {
                    let foreseen = lacking(&client, kind, true).await;
                    said.extend(
                        foreseen
                            .into_iter()
                            .flatten()
                            .map(|found| format!("{:?}", found.explain())),
                    );
                    let refused = lived(&client, kind).await.err();
                    assert_eq!(admin.counts().await, before, "{name}: nothing is written");
                    said.extend(refused.map(|error| format!("{:?}", error.explain())));
                }
                let is_told = said.iter().any(|said| said.contains(&name));
                assert!(is_told, "{name}: {said:?}");
                user.regains(object_type).await;
            }
        }
        for kind in &kinds {
            lived(&client, kind).await.unwrap();
        }
        assert_eq!(admin.counts().await, before, "nothing is left");
    }

    /// Takes the field away that marks types.
    async fn unregister(admin: &Server) {
        let found = admin.get("extras/custom-fields/?name=hedgehog_owner").await;
        if let Some(id) = found["results"][0]["id"].as_u64() {
            let path = format!("extras/custom-fields/{id}/");
            let nothing = serde_json::Value::Null;
            admin.send("DELETE", &path, &nothing).await;
        }
    }
}
