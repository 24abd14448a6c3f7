//! Whatever is sent, the product says what is wrong with it in a documented way and keeps nothing.
//! The requests are made from the OpenAPI document, so a new operation is tested from its first day.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use reqwest::Method;
use serde_json::{Map, Value, json};
use testkit::{Answer, DEMO, Outcome, Stack, User, Visitor, until};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const NO_ID: &str = "00000000000000000000000000";
const NO_PERIOD: &str = "1999-01";
const MALFORMED: Wanted = Wanted::Exactly(400, "invalid_body");
const TOO_LARGE: Wanted = Wanted::Exactly(413, "payload_too_large");
const IDEMPOTENT: (&str, &str) = ("idempotency-key", "wrong-input");

/// As many as keep both the product and the test busy.
const OPERATIONS_AT_ONCE: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Wanted {
    /// A documented refusal with one of these statuses.
    Documented(&'static [u16]),
    /// This refusal.
    Exactly(u16, &'static str),
    /// The gateway's own 401.
    Unauthorized,
    /// Any refusal: the method is not documented at all.
    Refused,
}

struct Operation<'a> {
    document: &'a Value,
    method: Method,
    path: &'a str,
    told: &'a Value,
}

/// One wrong request.
struct Wrong {
    what: String,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
    wanted: Wanted,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut all = Vec::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, told) in operations.as_object().into_iter().flatten() {
            let method = method.to_uppercase().parse().unwrap_or_default();
            let path = path.strip_prefix("/api/v2").unwrap_or(path);
            all.push(Operation { document, method, path, told });
        }
    }
    all
}

impl<'a> Operation<'a> {
    fn is_secured(&self) -> bool {
        !self.told["security"].is_null()
    }

    /// A schema with its reference followed, and of the alternatives the one that is not `null`.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return self.resolve(self.document.pointer(pointer).unwrap_or(&Value::Null));
        }
        let alternatives = schema["oneOf"].as_array().into_iter().flatten();
        let mut alternatives = alternatives.filter(|schema| schema["type"] != "null");
        alternatives.next().map_or(schema, |schema| self.resolve(schema))
    }

    fn body_schema(&self) -> Option<&'a Value> {
        let schema = &self.told["requestBody"]["content"]["application/json"]["schema"];
        (!schema.is_null()).then(|| self.resolve(schema))
    }

    fn parameters(&self, place: &str) -> Vec<&'a Value> {
        let all = self.told["parameters"].as_array().into_iter().flatten();
        all.filter(|parameter| parameter["in"] == place).collect()
    }

    fn at(&self, id: &str, period: &str) -> String {
        self.path.replace("{id}", id).replace("{machine}", id).replace("{period}", period)
    }

    /// The path with an identifier that is of the right form and nobody's.
    fn unknown_path(&self) -> String {
        let pattern = self
            .parameters("path")
            .first()
            .and_then(|parameter| self.resolve(&parameter["schema"])["pattern"].as_str());
        let prefix = pattern.and_then(|text| text.trim_start_matches('^').split('_').next());
        self.at(&format!("{}_{NO_ID}", prefix.unwrap_or("off")), NO_PERIOD)
    }

    fn wrong(&self, what: &str, wanted: &'static [u16]) -> Wrong {
        let header = |parameter: &&Value| parameter["name"] == "Idempotency-Key";
        let idempotent = self.parameters("header").iter().any(header);
        let key = idempotent.then(|| (IDEMPOTENT.0, IDEMPOTENT.1.to_owned()));
        Wrong {
            what: what.to_owned(),
            path: self.unknown_path(),
            headers: key.into_iter().collect(),
            body: self.body_schema().map(right).map(|body| body.to_string()),
            wanted: Wanted::Documented(wanted),
        }
    }

    fn wrong_bodies(&self) -> Vec<Wrong> {
        let Some(schema) = self.body_schema() else { return Vec::new() };
        let right = right(schema);
        let mut all = vec![Wrong { body: None, wanted: MALFORMED, ..self.wrong("no body", &[]) }];
        for text in ["{", "", "[]", "null", "17", "true", "\"text\"", "{\"a\":1}", "\u{0}"] {
            let wrong = self.wrong(&format!("body {text:?}"), &[]);
            let body = Some(text.to_owned());
            all.push(Wrong { body, wanted: MALFORMED, ..wrong });
        }
        for (what, body, wanted) in variants(self, schema, &right) {
            let body = Some(body.to_string());
            all.push(Wrong { body, wanted, ..self.wrong(&what, &[]) });
        }
        all
    }

    fn wrong_queries(&self) -> Vec<Wrong> {
        let parameters = self.parameters("query");
        let mut queries = Vec::new();
        if !parameters.is_empty() {
            queries.push("surprise=1".to_owned());
        }
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            let schema = self.resolve(&parameter["schema"]);
            let values: &[&str] = match schema["type"].as_str() {
                Some("integer" | "number") => &["many", "", "99999999999999999999x"],
                Some("boolean") => &["perhaps", "1"],
                _ if schema["enum"].is_array() => &["surprise", "17"],
                _ => &[],
            };
            queries.extend(values.iter().map(|value| format!("{name}={value}")));
            if schema["minimum"] == 0 {
                queries.push(format!("{name}=-1"));
            }
            queries.push(format!("{name}={}", "x".repeat(300)));
        }
        let wrong = |query: String| {
            let wrong = self.wrong(&format!("query {query}"), &[400]);
            Wrong { path: format!("{}?{query}", self.at("off_0", NO_PERIOD)), ..wrong }
        };
        queries.into_iter().map(wrong).collect()
    }

    fn wrong_paths(&self) -> Vec<Wrong> {
        if self.parameters("path").is_empty() {
            return Vec::new();
        }
        let long = "x".repeat(300);
        let ids = ["x", "pod_UPPER", "%00", "%F0%9F%92%A9", "a%20b", &long];
        let mut all = vec![self.wrong("unknown path", &[404])];
        // The gateway may refuse a path before a function sees it.
        all.extend(ids.map(|id| Wrong {
            path: self.at(id, id),
            ..self.wrong(&format!("path id {id}"), &[400, 404])
        }));
        // This one leaves the operation's path, so nobody has to know it.
        let path = self.at("..%2f..", "..%2f..");
        all.push(Wrong { path, wanted: Wanted::Refused, ..self.wrong("path upwards", &[]) });
        all
    }

    fn wrong_headers(&self) -> Vec<Wrong> {
        if self.parameters("header").is_empty() {
            return Vec::new();
        }
        let keys = [None, Some("short".to_owned()), Some("k".repeat(65)), Some("a b c d e".into())];
        let header = |key: Option<String>| Wrong {
            headers: key.clone().map(|key| (IDEMPOTENT.0, key)).into_iter().collect(),
            ..self.wrong(&format!("key {key:?}"), &[400])
        };
        keys.map(header).into_iter().collect()
    }

    /// Whether an answer is what the document says, or else what is wrong with it.
    fn check(&self, answer: &Answer, wanted: Wanted) -> Result<(), &'static str> {
        let (body, status) = (answer.json(), answer.status);
        let told_by_gateway = body["message"].is_string();
        match wanted {
            Wanted::Unauthorized if status == 401 && told_by_gateway => Ok(()),
            Wanted::Unauthorized => Err("not the gateway's 401"),
            Wanted::Refused if !(400..500).contains(&status) => Err("not refused"),
            Wanted::Refused if told_by_gateway || !answer.code().is_empty() => Ok(()),
            Wanted::Refused => Err("no error in the body"),
            Wanted::Exactly(wanted, code) if (status, answer.code().as_str()) != (wanted, code) => {
                Err("another refusal")
            }
            Wanted::Documented(statuses) if !statuses.contains(&status) => Err("another status"),
            Wanted::Documented(_) | Wanted::Exactly(..) => {
                let told = &self.told["responses"][status.to_string()]["description"];
                let told = told.as_str().unwrap_or_default();
                let error = &body["error"];
                if !told.contains(&format!("`{}`", answer.code())) {
                    Err("not a documented code")
                } else if error["message"].as_str().is_none_or(str::is_empty) {
                    Err("no message")
                } else {
                    Ok(())
                }
            }
        }
    }
}

/// A value of the right form.
fn right(schema: &Value) -> Value {
    let mut body = Map::new();
    for (name, _) in schema["properties"].as_object().into_iter().flatten() {
        let value = match name.as_str() {
            "email" => json!("nobody@example.com"),
            "password" | "new_password" => json!(testkit::PASSWORD),
            "code" => json!("123456"),
            "version" => json!(1),
            "fields" => json!({"name": "trial"}),
            "pod_id" => json!(format!("pod_{NO_ID}")),
            "quote_id" => json!(format!("quote_{NO_ID}")),
            "up_to" => json!(format!("note_{NO_ID}")),
            "offer_id" => json!("off_0"),
            "template_id" => json!("ssh"),
            "public_key" => json!(KEY),
            "token" => json!("a".repeat(32)),
            "disk_gib" => json!(20),
            "plan" => json!("free"),
            "interval" => json!("month"),
            "amount_usd_micros" | "rate_max_usd_micros_per_hour" => json!(5_000_000),
            "payment_method_id" => json!(format!("pm_{NO_ID}")),
            "name" => json!("trial"),
            _ => continue,
        };
        body.insert(name.clone(), value);
    }
    Value::Object(body)
}

type Variant = (String, Value, Wanted);

/// Everything that can be wrong with an object: what, the whole of it, and the right answers.
fn variants(operation: &Operation<'_>, schema: &Value, right: &Value) -> Vec<Variant> {
    let mut all: Vec<Variant> = Vec::new();
    let mut with = |what: String, name: &str, value: Value, wanted: Wanted| {
        let mut body = right.clone();
        body[name] = value;
        all.push((what, body, wanted));
    };
    with("unknown property".into(), "surprise", json!(1), MALFORMED);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let kind = kind(operation, property);
        let wrong: &[Value] = match kind {
            "string" => &[json!(17), json!(true), json!({}), json!(["x"])],
            "integer" => &[json!("17"), json!(true), json!(1.5), json!(-1), json!(1e30), json!({})],
            "boolean" => &[json!(17), json!("x"), json!({}), json!([true])],
            "array" => &[json!(17), json!("x"), json!({}), json!([17]), json!([[]])],
            _ => &[json!(17), json!("x"), json!(true), json!([1])],
        };
        for value in wrong {
            with(format!("{name}: {value}"), name, value.clone(), MALFORMED);
        }
        if kind == "string" {
            let refused = Wanted::Documented(&[400, 401, 404]);
            with(format!("{name} of 300"), name, json!("x".repeat(300)), refused);
            with(format!("{name} of 20,000"), name, json!("x".repeat(20_000)), TOO_LARGE);
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let mut body = right.clone();
        if let Some(body) = body.as_object_mut() {
            body.remove(name);
        }
        all.push((format!("no {name}"), body, MALFORMED));
    }
    all
}

fn kind(operation: &Operation<'_>, property: &Value) -> &'static str {
    let mut schema = property;
    let found;
    if let Some(one) = property["oneOf"].as_array() {
        schema = one.iter().find(|schema| schema["type"] != "null").unwrap_or(property);
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        found = operation.document.pointer(pointer).cloned().unwrap_or_default();
        schema = &found;
    }
    let types = schema["type"].to_string();
    ["string", "integer", "array", "boolean"]
        .into_iter()
        .find(|kind| types.contains(kind))
        .unwrap_or("object")
}

async fn send(visitor: &Visitor, method: &Method, wrong: &Wrong) -> Outcome<Answer> {
    let headers: Vec<_> = wrong.headers.iter().map(|(name, text)| (*name, text.as_str())).collect();
    visitor.send(method.clone(), &wrong.path, &headers, wrong.body.clone()).await
}

/// Tells of every answer that is not as it should be.
async fn faults(operation: &Operation<'_>, user: &User) -> Outcome<Vec<String>> {
    let mut all = Vec::new();
    let token = user.token.clone().unwrap_or_default();
    let (head, signature) = token.rsplit_once('.').unwrap_or_default();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let mut ask = async |who: &Visitor, wrong: Wrong| -> Outcome<()> {
        let answer = send(who, &operation.method, &wrong).await?;
        if let Err(fault) = operation.check(&answer, wrong.wanted) {
            all.push(format!("{} ({}): {fault}", answer.tell(), wrong.what));
        }
        Ok(())
    };
    if operation.is_secured() {
        for token in [None, Some("garbage"), Some(forged.as_str())] {
            let wrong = Wrong { wanted: Wanted::Unauthorized, ..operation.wrong("access", &[]) };
            ask(&user.with_token(token), wrong).await?;
        }
    }
    let who = if operation.is_secured() { (**user).clone() } else { user.with_token(None) };
    let kinds = [
        operation.wrong_bodies(),
        operation.wrong_queries(),
        operation.wrong_paths(),
        operation.wrong_headers(),
    ];
    for wrong in kinds.into_iter().flatten() {
        ask(&who, wrong).await?;
    }
    let methods = &operation.document["paths"][format!("/api/v2{}", operation.path)];
    for method in METHODS.iter().filter(|method| methods[**method].is_null()) {
        let method: Method = method.to_uppercase().parse()?;
        let answer = who.send(method, &operation.unknown_path(), &[], None).await?;
        if let Err(fault) = operation.check(&answer, Wanted::Refused) {
            all.push(format!("{}: {fault}", answer.tell()));
        }
    }
    Ok(all)
}

/// The tables, once nothing that began earlier changes them any more.
async fn quiet(stack: &Stack, user: &str) -> Outcome<String> {
    let mut before = String::new();
    let mut same = 0;
    until("the tables to be quiet", async || {
        let now = stack.tables_for(user).await?;
        same = if now == before { same + 1 } else { 0 };
        before = now;
        Ok((same >= 8).then(|| before.clone()))
    })
    .await
}

/// Needs the product for itself, as `.config/nextest.toml` gives it.
#[tokio::test]
async fn no_wrong_request_is_answered_wrongly_or_kept() -> Outcome<()> {
    let document: Value = serde_json::from_str(include_str!("../../web/openapi.json"))?;
    let user = Stack::from_env()?.visitor(DEMO).join().await?;
    let me = user.me().await?;
    let id = me["user_id"].as_str().ok_or("nobody")?.to_owned();
    let before = quiet(&user.stack, &id).await?;
    let operations = operations(&document);
    assert!(operations.len() > 25, "{}", operations.len());
    let asked = stream::iter(&operations).map(|operation| faults(operation, &user));
    let all: Vec<_> = asked.buffer_unordered(OPERATIONS_AT_ONCE).try_collect().await?;
    let all = all.concat();
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
    let after = quiet(&user.stack, &id).await?;
    let changed: Vec<_> = after.lines().filter(|line| !before.contains(line)).collect();
    assert!(after == before, "the tables changed:\n{}", changed.join("\n"));
    Ok(())
}

#[tokio::test]
async fn every_operation_refuses_strangers_and_unknown_brokers() -> Outcome<()> {
    let document: Value = serde_json::from_str(include_str!("../../web/openapi.json"))?;
    let stack = Stack::from_env()?;
    let user = stack.visitor(DEMO).join().await?;
    let elsewhere = user.at(&stack.brief().await?);
    let nowhere = user.at("no-such-broker.localhost");
    for operation in operations(&document) {
        let right = operation.wrong("elsewhere", &[]);
        let answer = send(&nowhere, &operation.method, &right).await?;
        answer.refused(404, "tenant_not_found")?;
        if operation.is_secured() {
            let answer = send(&elsewhere, &operation.method, &right).await?;
            answer.refused(403, "not_a_member")?;
        }
    }
    Ok(())
}
