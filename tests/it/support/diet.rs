//! An inventory as the DIET plugin leaves it.

use serde_json::{Value as Json, json};

use super::server::Server;

pub async fn patch(server: &Server, path: &str, row: &Json, body: Json) {
    let path = format!("{path}/{}/", row["id"]);
    let (status, said) = server.send("PATCH", &path, &body).await;
    assert_eq!(status, 200, "{said}");
}

pub async fn rows(server: &Server, path: &str) -> Vec<Json> {
    let page = server.get(&format!("{path}/?limit=1000")).await;
    page["results"].as_array().unwrap().clone()
}

/// Makes of our plan, the only one, what DIET would have made for its plan 12: its tag and number, cages
/// that stay enabled, no keys, kinds and labels, nothing on modules and servers' ports.
pub async fn disguise(server: &Server) {
    let tag = json!({"name": "hedgehog-generated", "slug": "hedgehog-generated"});
    assert_eq!(server.send("POST", "extras/tags/", &tag).await.0, 201);
    let tagged = json!([{"slug": "hedgehog-generated"}]);
    for path in ["dcim/devices", "dcim/cables"] {
        for row in rows(server, path).await {
            let mut custom_fields = json!({"hedgehog_plan_id": "12", "hedgehog_key": null});
            if path == "dcim/cables" {
                custom_fields["hedgehog_zone"] = Json::Null;
            }
            let body = json!({"custom_fields": custom_fields, "add_tags": tagged});
            patch(server, path, &row, body).await;
        }
    }
    for row in rows(server, "dcim/modules").await {
        let body = json!({"custom_fields": {"hedgehog_plan_id": null}});
        patch(server, "dcim/modules", &row, body).await;
    }
    for row in rows(server, "dcim/interfaces").await {
        let dressed = !row["custom_fields"]["hedgehog_zone"].is_null();
        let id = if dressed { json!("12") } else { Json::Null };
        let body = json!({"enabled": true, "custom_fields": {"hedgehog_plan_id": id}});
        patch(server, "dcim/interfaces", &row, body).await;
    }
    for row in rows(server, "extras/tags").await {
        let slug = row["slug"].as_str().unwrap();
        if slug.starts_with("hedgehog-") && slug != "hedgehog-generated" {
            let path = format!("extras/tags/{}/", row["id"]);
            assert_eq!(server.send("DELETE", &path, &Json::Null).await.0, 204);
        }
    }
}
