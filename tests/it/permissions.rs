//! Least privilege: what the guide lists is what is asked for, is enough, and each of it is needed.

use std::collections::{BTreeMap, BTreeSet};

use hedgehog::reconcile::permissions::{needed, registering};
use hedgehog::reconcile::types::{self, TypeKind};
use hedgehog::reconcile::{Scope, Target};

use crate::support::user::Actions;

mod of_types;

/// The tables of the guide: what a plan needs, what registering needs, and what types need.
fn guide() -> [Actions; 3] {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guides/permissions.md");
    let text = std::fs::read_to_string(file).unwrap();
    let mut tables: Vec<Actions> = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        match cells.get(1) {
            Some(&"Object type") => tables.push(BTreeMap::new()),
            Some(types) if types.starts_with('`') => {
                for object_type in types.split(", ") {
                    let actions = cells[2].split(", ").map(ToOwned::to_owned);
                    let object_type = object_type.trim_matches('`').to_owned();
                    let known = tables.last_mut().unwrap().entry(object_type).or_default();
                    known.extend(actions);
                }
            }
            _ => {}
        }
    }
    tables.try_into().expect("three tables")
}

/// As Django names them.
fn names(actions: &Actions) -> BTreeSet<String> {
    let all = actions.iter().flat_map(|(object_type, actions)| {
        let (app, model) = object_type.split_once('.').unwrap();
        actions
            .iter()
            .map(move |action| format!("{app}.{action}_{model}"))
    });
    all.collect()
}

#[test]
fn the_guide_lists_what_is_asked_for() {
    let mut target = Target::new(Scope::draft("any"), "dc1");
    target.location = Some("hall".to_owned());
    target.tenant = Some("acme".to_owned());
    let asked = [needed(&target), registering()];
    let asked = asked.map(|set| set.iter().map(ToString::to_string).collect());
    let tables: Vec<BTreeSet<String>> = guide().iter().map(names).collect();
    assert_eq!(tables[..2], asked);
    let device = TypeKind::Device {
        slug: String::new(),
        u_height: None,
        is_full_depth: None,
    };
    let mut asked = types::needed(&device);
    asked.extend(types::needed(&TypeKind::Module));
    let mut asked: BTreeSet<String> = asked.iter().map(ToString::to_string).collect();
    // The field that marks types may be there.
    asked.insert("extras.add_customfield".to_owned());
    assert_eq!(tables[2], asked);
}

mod real {
    use hedgehog::netbox::Client;
    use hedgehog::provider::Environment;
    use hedgehog::reconcile::{Outcome, ReconcileError, Target, destroy, preflight};
    use serde_json::{Value, json};
    use tokio_util::sync::CancellationToken;

    use super::{guide, names};
    use crate::support::applied::{SMALL, apply_with, remove, target};
    use crate::support::blueprints::Small;
    use crate::support::contract::REAL;
    use crate::support::core::{Applied, failed};
    use crate::support::server::Server;
    use crate::support::user::{Actions, User};
    use crate::support::world::{core, fine, hosted, plan, value, words};

    /// What a plan in a site needs, without a location and a tenant, and what registering needs.
    fn in_a_site() -> (Actions, Actions) {
        let [mut plan, registering, _] = guide();
        plan.retain(|object_type, _| {
            !["dcim.location", "tenancy.tenant"].contains(&object_type.as_str())
        });
        (plan, registering)
    }

    fn told(errors: &[ReconcileError]) -> String {
        let all = errors.iter().flat_map(ReconcileError::explain);
        let all = all.map(|said| format!("{}\n{}", said.summary, said.detail));
        all.collect::<Vec<_>>().join("\n")
    }

    /// What a plan would say.
    async fn foreseen(client: &Client, target: &Target) -> String {
        let findings = preflight(client, &SMALL.build(), target).await;
        match findings {
            Ok(findings) => {
                let all = findings
                    .iter()
                    .map(|found| format!("{:?}", found.explain()));
                all.collect::<Vec<_>>().join("\n")
            }
            Err(error) => error.explain().detail,
        }
    }

    async fn destroyed(client: &Client, target: &Target) -> Outcome {
        destroy(
            client,
            &target.scope,
            target.lease,
            &CancellationToken::new(),
        )
        .await
    }

    /// One database and one user, whose permissions are taken away one by one.
    #[tokio::test]
    async fn each_permission_of_the_guide_is_needed_and_its_lack_is_told() {
        let _alone = REAL.lock().await;
        let admin = Server::real("least").await;
        let (actions, _) = in_a_site();
        let target = target(&admin, "least");
        // Registers, so that only the plan's own permissions count from here on.
        assert!(
            apply_with(&admin.client(), &target, &SMALL.build())
                .await
                .complete
        );
        remove(&admin, &target).await;
        let before = admin.counts().await;

        let user = User::create(&admin, "least", &actions, false).await;
        let client = user.server.client();
        for (object_type, allowed) in &actions {
            let name = |action: &str| {
                let one = [(object_type.clone(), [action.to_owned()].into())].into();
                names(&one).pop_first().unwrap()
            };
            for action in allowed {
                user.lacks(object_type, &[action]).await;
                let name = name(action);
                let planned = foreseen(&client, &target).await;
                assert!(
                    planned.contains("lacks permissions") && planned.contains(&name),
                    "{name}: {planned}"
                );
            }
            let all: Vec<&str> = allowed.iter().map(String::as_str).collect();
            user.lacks(object_type, &all).await;
            let outcome = apply_with(&client, &target, &SMALL.build()).await;
            let said = told(&outcome.errors);
            assert!(!outcome.complete && said.contains(&name("view")), "{said}");
            user.regains(object_type).await;
        }
        assert_eq!(admin.counts().await, before, "nothing was written");
        assert_eq!(foreseen(&client, &target).await, "");

        // A token that is blind to some is told what else is wrong.
        user.lacks("dcim.cable", &["view"]).await;
        let mut elsewhere = target;
        elsewhere.site = "nowhere".to_owned();
        let planned = foreseen(&client, &elsewhere).await;
        assert!(
            planned.contains("dcim.view_cable") && planned.contains("nowhere"),
            "{planned}"
        );
    }

    /// Permissions that come by a group do not show in a plan, and are known before the first write.
    #[tokio::test]
    async fn what_a_group_lacks_is_told_before_anything_is_written() {
        let _alone = REAL.lock().await;
        let admin = Server::real("group").await;
        let (mut actions, registering) = in_a_site();
        for (object_type, more) in registering {
            actions.entry(object_type).or_default().extend(more);
        }
        let target = target(&admin, "group");
        let user = User::create(&admin, "group", &actions, true).await;
        let client = user.server.client();
        let before = admin.counts().await;
        user.lacks("dcim.cable", &["add", "delete"]).await;
        user.lacks("dcim.interface", &["change"]).await;
        assert_eq!(foreseen(&client, &target).await, "");
        let said = told(&apply_with(&client, &target, &SMALL.build()).await.errors);
        for name in [
            "dcim.add_cable",
            "dcim.delete_cable",
            "dcim.change_interface",
        ] {
            assert!(said.contains(name), "{name}: {said}");
        }
        assert_eq!(admin.counts().await, before, "nothing was written");

        user.regains("dcim.cable").await;
        user.regains("dcim.interface").await;
        let outcome = apply_with(&client, &target, &SMALL.build()).await;
        assert!(outcome.complete, "{}", told(&outcome.errors));
        let built = admin.counts().await;
        user.lacks("dcim.device", &["add", "delete"]).await;
        let grown = Small {
            servers: 4,
            ..SMALL
        }
        .build();
        let said = told(&apply_with(&client, &target, &grown).await.errors);
        assert!(said.contains("dcim.add_device"), "{said}");
        let said = told(&destroyed(&client, &target).await.errors);
        assert!(said.contains("dcim.delete_device"), "{said}");
        assert_eq!(
            admin.counts().await,
            built,
            "neither grown nor half destroyed"
        );
        user.regains("dcim.device").await;
        assert!(destroyed(&client, &target).await.complete);
        assert_eq!(admin.counts().await, before);
    }

    /// Fields and roles that are missing: who may not create them is told what and why, in the plan.
    #[tokio::test]
    async fn what_cannot_be_registered_is_told_with_its_definition() {
        let _alone = REAL.lock().await;
        let admin = Server::real("register").await;
        let (actions, _) = in_a_site();
        let mut target = target(&admin, "register");
        assert!(
            apply_with(&admin.client(), &target, &SMALL.build())
                .await
                .complete
        );
        remove(&admin, &target).await;
        let user = User::create(&admin, "register", &actions, false).await;
        let client = user.server.client();

        let field = admin.get("extras/custom-fields/?name=hedgehog_class").await;
        let path = format!("extras/custom-fields/{}/", field["results"][0]["id"]);
        let narrow = json!({"object_types": ["dcim.cable"]});
        admin.send("PATCH", &path, &narrow).await;
        let said = foreseen(&client, &target).await;
        assert!(said.contains("lacks extras.change_customfield"), "{said}");
        admin.send("DELETE", &path, &Value::Null).await;
        let role = admin.get("dcim/device-roles/?slug=leaf").await;
        let path = format!("dcim/device-roles/{}/", role["results"][0]["id"]);
        admin.send("DELETE", &path, &Value::Null).await;
        let said = foreseen(&client, &target).await;
        let definitions = [
            "lacks dcim.add_devicerole, extras.add_customfield",
            "custom field hedgehog_class, type text, on dcim.device",
            "device role with the slug leaf",
        ];
        for part in definitions {
            assert!(said.contains(part), "{part}: {said}");
        }
        user.lacks("dcim.cable", &["add"]).await;
        let said = foreseen(&client, &target).await;
        for part in definitions.iter().chain(&["dcim.add_cable"]) {
            assert!(said.contains(part), "all at once, {part}: {said}");
        }
        user.regains("dcim.cable").await;
        let refused = apply_with(&client, &target, &SMALL.build()).await;
        assert!(!refused.complete && refused.receipt.total() == 0);
        target.register = false;
        let said = foreseen(&admin.client(), &target).await;
        assert!(said.contains("switched off"), "{said}");
    }

    /// Plan, apply, growth, refresh and destroy through the provider, with what the guide lists and no
    /// more; and a view that hides some of the plan's devices.
    #[tokio::test]
    async fn the_guide_is_enough_and_what_is_hidden_is_not_gone() {
        let _alone = REAL.lock().await;
        let admin = Server::real("dc1").await;
        let (mut actions, registering) = in_a_site();
        for (object_type, more) in registering {
            actions.entry(object_type).or_default().extend(more);
        }
        let before = admin.counts().await;
        let user = User::create(&admin, "enough", &actions, false).await;
        let (url, token) = (user.server.url.clone(), user.server.token.clone());
        let environment = Environment::read(|variable| match variable {
            "NETBOX_SERVER_URL" => Some(url.clone()),
            "NETBOX_API_TOKEN" => Some(token.clone()),
            _ => None,
        });
        let hosted = hosted(environment);
        let mut core = core(&hosted, "hedgehog_topology_plan").await;
        let with_cards = |servers| {
            let mut plan = plan(servers);
            let nic = &mut plan["server_classes"]["compute"]["nic"]["fe"];
            nic["module_type"] = json!("acme/NIC 2x200/a");
            plan
        };
        let (small, grown) = (value(&core, &with_cards(1)), value(&core, &with_cards(2)));
        let created = fine(core.run(&Applied::default(), Some(small)).await);
        let grown = fine(core.run(&created, Some(grown)).await);

        let leaves = json!({"name__startswith": "leaf"});
        let (none, nothing) = (json!({"name": "none"}), json!({"id": 0}));
        let of_servers = json!({"device__name__startswith": "compute"});
        for (table, shown) in [
            ("dcim.device", &leaves),
            ("dcim.device", &none),
            ("dcim.interface", &none),
            ("dcim.interface", &of_servers),
            ("dcim.module", &nothing),
            ("dcim.cable", &nothing),
            ("extras.tag", &none),
        ] {
            user.only(table, shown).await;
            let read = core.read(&grown).await;
            let said = words(&read.diagnostics);
            assert!(
                failed(&read.diagnostics) && said.contains("does not see all"),
                "{said}"
            );
            assert_eq!(read.state, grown.state, "the state is kept");
            let destroyed = core.run(&grown, None).await;
            assert!(failed(&destroyed.diagnostics), "{table} {shown}");
            user.regains(table).await;
        }
        let read = fine(core.read(&grown).await);
        assert_eq!(read.state, grown.state);
        fine(core.run(&read, None).await);
        assert_eq!(admin.counts().await, before);
    }
}
