//! Plans on a branch of the plugin `NetBox` Branching.

use hedgehog::reconcile::permissions::{needed, registering};
use hedgehog::reconcile::{Scope, Target};
use serde_json::{Value, json};

use crate::support::netbox::work;
use crate::support::tiny::{PLAN, TINY, seeded};
use crate::support::{NetBox, Workspace};

const BRANCHES: &str = "plugins/branching/branches";

/// The tiny plan, whose branch is given by `-var=branch=NAME`.
fn workspace(netbox: &NetBox) -> Workspace {
    let workspace = Workspace::new(netbox, TINY);
    workspace.edit(
        "provider \"hedgehog\" {}",
        "provider \"hedgehog\" {\n  branch = var.branch\n}\n\nvariable \"branch\" {\n  default = null\n}",
    );
    workspace
}

/// From a branch that is not there to the same fabric on main, grown on the way.
#[test]
fn a_plan_on_a_branch_leaves_main_alone_until_it_is_merged() {
    let netbox = seeded();
    let main = netbox.census();
    let workspace = workspace(&netbox);
    let summer = ["-var=branch=summer"];
    workspace
        .plan(&summer)
        .fails_saying(&["\"summer\" cannot be used", "there is no branch"]);
    let branch = netbox.post(BRANCHES, &json!({"name": "summer"}));
    workspace
        .plan(&summer)
        .fails_saying(&["its status is new", "Wait until NetBox has it ready"]);
    work();

    workspace.apply(&summer);
    let schema_id = branch["schema_id"].as_str().unwrap();
    let on_branch = netbox.on_branch(schema_id);
    assert_eq!(on_branch.count("dcim/devices", ""), 4);
    assert_eq!(netbox.census(), main, "main is not touched");
    workspace.plan(&[]).fails_saying(&[
        "applied to another branch",
        "applied to the branch \"summer\"",
        "configured for main",
    ]);

    workspace.edit("quantity    = 1", "quantity    = 2");
    let by_id = format!("-var=branch={schema_id}");
    let by_id = [by_id.as_str()];
    workspace.apply(&by_id);
    assert_eq!(on_branch.count("dcim/devices", ""), 5);
    assert_eq!(netbox.census(), main, "main is not touched");
    let built = on_branch.inventory();
    let ids = workspace.resource(PLAN)["device_ids"].clone();

    merge(&netbox, &branch);
    assert_eq!(netbox.inventory(), built, "object by object");
    workspace
        .plan(&by_id)
        .fails_saying(&["its status is merged", "Leave branch out to work on main"]);
    workspace.assert_nothing_to_do(&[]);
    assert_eq!(workspace.resource(PLAN)["device_ids"], ids);

    workspace.edit("quantity    = 2", "quantity    = 1");
    workspace.apply(&[]);
    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.census(), main);
}

fn merge(netbox: &NetBox, branch: &Value) {
    let path = format!("{BRANCHES}/{}/merge", branch["id"]);
    let job = netbox.post(&path, &json!({"commit": true}));
    work();
    let job = netbox.get(&format!("core/jobs/{}/", job["id"]));
    assert_eq!(job["status"]["value"], "completed", "{job}");
}

/// Cables of main get other ends on a branch, and are the same cables after the merge.
#[test]
fn cables_that_move_on_a_branch_are_merged() {
    let netbox = seeded();
    let main = netbox.census();
    let workspace = workspace(&netbox);
    workspace.apply(&[]);
    let ids = |netbox: &NetBox| {
        let rows = netbox.all("dcim/cables", "fields=id").into_iter();
        rows.map(|row| row["id"].clone()).collect::<Vec<_>>()
    };
    let (cables, before) = (ids(&netbox), netbox.inventory());
    let branch = netbox.post(BRANCHES, &json!({"name": "winter"}));
    work();
    let on_branch = netbox.on_branch(branch["schema_id"].as_str().unwrap());
    let copied = workspace.plan(&["-var=branch=winter"]);
    assert!(
        copied.text.contains("The plan was applied to main"),
        "{}",
        copied.text
    );
    // The state is of main: the same plan on the branch is imported.
    workspace.run(&["state", "rm", PLAN]).succeeds();
    let winter = ["-var=branch=winter"];
    workspace
        .run(&["import", winter[0], PLAN, "tiny"])
        .succeeds();
    workspace.edit(
        "servers = { type = \"server\", ports = \"1\"",
        "servers = { type = \"server\", ports = \"4\"",
    );
    workspace.apply(&winter);
    let moved = on_branch.inventory();
    assert_ne!(moved, before);
    assert_eq!(netbox.inventory(), before, "main is not touched");
    merge(&netbox, &branch);
    assert_eq!(netbox.inventory(), moved, "object by object");
    assert_eq!(ids(&netbox), cables, "the same cables");
    workspace.assert_nothing_to_do(&[]);
    workspace.destroy(&[]).succeeds();
    assert_eq!(netbox.census(), main);
}

/// A user with what a plan needs, and its token. The second is its permission to see branches.
fn user(netbox: &NetBox) -> (String, u64) {
    let body = json!({"username": "planner", "password": "Not-Used-4711"});
    let user = &netbox.post("users/users", &body)["id"];
    let permit = |name: &str, object_type: &str, action: &str| {
        let body = json!({
            "name": name, "users": [user], "object_types": [object_type], "actions": [action],
        });
        netbox.post("users/permissions", &body)["id"]
            .as_u64()
            .unwrap()
    };
    let target = Target::new(Scope::draft("any"), "dc1".to_owned());
    for permission in needed(&target).iter().chain(&registering()) {
        let name = permission.to_string();
        let (app, rest) = name.split_once('.').unwrap();
        let (action, model) = rest.split_once('_').unwrap();
        permit(&name, &format!("{app}.{model}"), action);
    }
    let branch = "netbox_branching.branch";
    let sees = permit("sees branches", branch, "view");
    let token = netbox.post("users/tokens", &json!({"user": user}));
    let part = |name: &str| token[name].as_str().unwrap().to_owned();
    (format!("nbt_{}.{}", part("key"), part("token")), sees)
}

/// What the guide lists is enough for a branch, and who may not see it is told.
#[test]
fn a_branch_takes_one_more_permission() {
    let netbox = seeded();
    let mut workspace = workspace(&netbox);
    let branch = netbox.post(BRANCHES, &json!({"name": "summer"}));
    work();
    let (token, sees) = user(&netbox);
    workspace.set("NETBOX_API_TOKEN", &token);
    let summer = ["-var=branch=summer"];
    let may = |enabled: bool| netbox.patch("users/permissions", sees, &json!({"enabled": enabled}));
    may(false);
    let refused = ["netbox_branching.view_branch"];
    workspace.plan(&summer).fails_saying(&refused);
    may(true);
    workspace.apply(&summer);
    let on_branch = netbox.on_branch(branch["schema_id"].as_str().unwrap());
    assert_eq!(on_branch.count("dcim/devices", ""), 4);
    assert_eq!(netbox.count("dcim/devices", ""), 0);
    may(false);
    workspace.plan(&summer).fails_saying(&refused);
    may(true);
    workspace.destroy(&summer).succeeds();
    assert_eq!(on_branch.count("dcim/devices", ""), 0);
}
