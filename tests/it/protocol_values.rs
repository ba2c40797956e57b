//! Values on the wire and in state files. The hexadecimal fixtures are what Terraform 1.11.4 sent.

use std::collections::BTreeMap;

use hedgehog::tf::number::Number;
use hedgehog::tf::types::Type;
use hedgehog::tf::value::Value;
use hedgehog::tf::{json, msgpack};
use proptest::prelude::*;
use serde_json::json;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16);
    digits
        .chunks(2)
        .map(|digits| pair(digits).expect("hexadecimal"))
        .collect()
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().expect("a number"))
}

fn dynamic(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new((ty, value)))
}

fn rows() -> Vec<(&'static str, Type, Value)> {
    let pair = || Type::object([("a", Type::Number), ("b", Type::String)]);
    vec![
        ("c0", Type::String, Value::Null),
        ("c2", Type::Bool, false.into()),
        ("c3", Type::Bool, true.into()),
        ("a2c3a9", Type::String, "\u{e9}".into()),
        ("00", Type::Number, 0.into()),
        ("cc80", Type::Number, 128.into()),
        ("ce00011170", Type::Number, 70000.into()),
        ("cf7fffffffffffffff", Type::Number, i64::MAX.into()),
        ("ff", Type::Number, (-1).into()),
        ("d0df", Type::Number, (-33).into()),
        ("d38000000000000000", Type::Number, i64::MIN.into()),
        ("cb3fe0000000000000", Type::Number, number("0.5")),
        ("a3302e31", Type::Number, number("0.1")),
        (
            "b339323233333732303336383534373735383038",
            Type::Number,
            number("9223372036854775808"),
        ),
        ("92 01 02", Type::list(Type::Number), vec![1, 2].into()),
        (
            "92 a161 a162",
            Type::set(Type::String),
            vec!["a", "b"].into(),
        ),
        (
            "92 01 a178",
            Type::Tuple(vec![Type::Number, Type::String]),
            Value::List(vec![1.into(), "x".into()]),
        ),
        (
            "81 a16b 01",
            Type::map(Type::Number),
            Value::object([("k", 1.into())]),
        ),
        (
            "82 a161 01 a162 c0",
            pair(),
            Value::object([("a", 1.into()), ("b", Value::Null)]),
        ),
        (
            "92 c408 22737472696e6722 a178",
            Type::Dynamic,
            dynamic(Type::String, "x".into()),
        ),
        (
            "92 c408 22737472696e6722 c0",
            Type::Dynamic,
            dynamic(Type::String, Value::Null),
        ),
        ("d40000", Type::String, Value::unknown()),
        ("c7030c8101c2", Type::String, Value::unknown_not_null()),
    ]
}

#[test]
fn every_kind_of_value_is_what_terraform_sends() {
    for (bytes, ty, value) in rows() {
        let bytes = hex(bytes);
        assert_eq!(
            msgpack::decode(&bytes, &ty).as_ref(),
            Ok(&value),
            "{bytes:x?}"
        );
        assert_eq!(
            msgpack::encode(&value, &ty).as_ref(),
            Ok(&bytes),
            "{value:?}"
        );
    }
}

#[test]
fn big_powers_of_ten_are_decimal_text_without_exponent() {
    let bytes = msgpack::encode(&number("1e100"), &Type::Number).expect("it is a number");
    assert_eq!(bytes[..2], [0xd9, 101]);
    assert_eq!(bytes[2..], *format!("1{}", "0".repeat(100)).as_bytes());
}

#[test]
fn strings_are_normalised_both_ways() {
    let value = msgpack::decode(b"\xa3e\xcc\x81", &Type::String).expect("a string");
    assert_eq!(value.as_str(), Some("\u{e9}"));
    let raw = Value::String("e\u{301}".to_owned());
    assert_eq!(msgpack::encode(&raw, &Type::String), Ok(hex("a2c3a9")));
}

#[test]
fn numbers_are_equal_when_they_are_the_same_number() {
    for (left, right) in [
        ("1", "1.0"),
        ("1", "10e-1"),
        ("-0", "0"),
        ("0.10", "1e-1"),
        ("1e3", "+1000"),
        ("12300e-2", "123"),
        ("1e400", &format!("1{}", "0".repeat(400))),
        ("10e1999999999", "1E2000000000"),
    ] {
        assert_eq!(number(left), number(right), "{left} {right}");
    }
    assert_ne!(number("1e2000000000"), number("1e2000000001"));
    for no in [
        "",
        "-",
        ".",
        "e1",
        "1e",
        "1e99999999999999999999",
        "0x1",
        "1 ",
        "nan",
        "inf",
        "1.2.3",
    ] {
        assert!(no.parse::<Number>().is_err(), "{no}");
    }
    assert!("9".repeat(5000).parse::<Number>().is_err());
}

#[test]
fn integers_are_read_from_any_form() {
    let read = |bytes: &str| {
        let value = msgpack::decode(&hex(bytes), &Type::Number).expect("a number");
        (value.as_i64(), value.as_u32())
    };
    assert_eq!(read("07"), (Some(7), Some(7)));
    assert_eq!(read("d107d0"), (Some(2000), Some(2000)));
    assert_eq!(read("cb4000000000000000"), (Some(2), Some(2)));
    assert_eq!(read("ca40000000"), (Some(2), Some(2)));
    assert_eq!(read("a3312e30"), (Some(1), Some(1)));
    assert_eq!(read("ff"), (Some(-1), None));
    assert_eq!(read("cb3fe0000000000000"), (None, None));
    assert_eq!(read("cf8000000000000000"), (None, None));
    assert_eq!(number(&10_u128.pow(38).to_string()).as_i64(), None);
}

#[test]
fn infinite_and_undefined_numbers_are_refused_at_their_attribute() {
    let ty = Type::object([("n", Type::Number)]);
    for bytes in [
        "81a16ecb7ff0000000000000",
        "81a16ecb7ff8000000000000",
        "81a16eca7f800000",
    ] {
        let error = msgpack::decode(&hex(bytes), &ty).expect_err("no number");
        assert_eq!(
            error.to_string(),
            "n: infinite and undefined numbers cannot be used"
        );
    }
}

fn refined(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("short");
    [&[0xc8], &length.to_be_bytes()[..], &[12], body].concat()
}

#[test]
fn every_form_of_unknown_is_unknown() {
    let padded = |length: usize| {
        // {2: prefix}, a string of 16 bit length.
        let text = length - 5;
        let head = [
            0x81,
            0x02,
            0xda,
            u8::try_from(text >> 8).expect("short"),
            u8::try_from(text & 0xff).expect("a byte"),
        ];
        [&head[..], &vec![b'x'; text]].concat()
    };
    let known: Vec<Vec<u8>> = vec![
        hex("d40000"),
        hex("d40c00"),
        hex("d46300"),
        hex("c70000"),
        hex("c7090c8201c202a47072652d"),
        refined(&hex("80")),
        refined(&hex("81 03 92 01 c3")),
        refined(&hex("81 04 92 a132 c2")),
        refined(&hex("82 05 01 06 02")),
        refined(&hex("82 63 a178 64 93 01 02 03")),
        refined(&padded(1024)),
    ];
    for bytes in known {
        let value = msgpack::decode(&bytes, &Type::Number).expect("it is unknown");
        assert!(value.is_unknown(), "{bytes:x?}");
    }
    let refused: Vec<Vec<u8>> = vec![
        refined(&padded(2048)),
        hex("c7020d8080"),
        refined(&hex("90 90")),
        refined(&hex("81 01 01")),
        refined(&hex("82 01 c2")),
        refined(&hex("80 80")),
    ];
    for bytes in refused {
        assert!(
            msgpack::decode(&bytes, &Type::Number).is_err(),
            "{bytes:x?}"
        );
    }
}

#[test]
fn hostile_bytes_are_refused_with_the_place() {
    let object = Type::object([
        ("a", Type::list(Type::Number)),
        ("m", Type::map(Type::String)),
    ]);
    let rows = [
        ("82 a161 91", "a[0]: the value is cut off or malformed"),
        ("82 a161 90 a16d 80 c0", "there are bytes after the value"),
        (
            "82 a161 dd ffffffff 01",
            "a[1]: the value is cut off or malformed",
        ),
        (
            "82 a161 90 a16d df ffffffff",
            "m: the value is cut off or malformed",
        ),
        (
            "82 a161 90 a16d 82 a16b a178 a16b a178",
            "m: the key \"k\" is there twice",
        ),
        ("82 a161 90 a161 90", "the attribute \"a\" is there twice"),
        ("81 a161 90", "the attribute \"m\" is missing"),
        (
            "83 a161 90 a16d 80 a17a 80",
            "there is no attribute \"z\" in the schema",
        ),
        ("82 01 90 a16d 80", "a key is not a string"),
        (
            "82 a161 90 a16d 81 a16b a2c328",
            "m[\"k\"]: the text is not UTF-8",
        ),
        ("82 a161 90 a16d 81 a2c328 a178", "m: the text is not UTF-8"),
        (
            "82 a161 a178 a16d 80",
            "a: a string where [\"list\",\"number\"] is required",
        ),
        (
            "82 a161 91 a178 a16d 80",
            "a[0]: the text is not a decimal number",
        ),
        ("c1", "the value is cut off or malformed"),
        ("", "the value is cut off or malformed"),
    ];
    for (bytes, message) in rows {
        let error = msgpack::decode(&hex(bytes), &object).expect_err(bytes);
        assert_eq!(error.to_string(), message, "{bytes}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = r#"["list","#.repeat(10_000) + "\"string\"" + &"]".repeat(10_000);
    let header = [
        &[0x92, 0xc5][..],
        &u16::MAX.to_be_bytes(),
        &nested.as_bytes()[..65535],
    ]
    .concat();
    assert!(msgpack::decode(&header, &Type::Dynamic).is_err());
    // A dynamic value in a dynamic value, and so on.
    let mut bytes = Vec::new();
    for _ in 0..10_000 {
        bytes.extend(hex("92 c409 2264796e616d696322"));
    }
    let error = msgpack::decode(&bytes, &Type::Dynamic).expect_err("too deep");
    assert!(error.problem.contains("inside each other"), "{error}");
    let body = [vec![0x81, 0x63], vec![0x91; 1000], vec![0xc0]].concat();
    assert!(msgpack::decode(&refined(&body), &Type::String).is_err());
    let deep = (0..100).fold(Type::String, |ty, _| Type::list(ty));
    assert!(msgpack::decode(&[0x91; 200], &deep).is_err());
}

#[test]
fn the_number_of_values_is_bounded() {
    let count = 5_u32 << 20;
    let mut bytes = vec![0xdd];
    bytes.extend(count.to_be_bytes());
    bytes.resize(bytes.len() + usize::try_from(count).expect("it fits"), 0xc0);
    let error = msgpack::decode(&bytes, &Type::list(Type::Bool)).expect_err("too many");
    assert!(error.problem.starts_with("more than"), "{error}");
}

#[test]
fn what_does_not_fit_its_type_is_not_sent() {
    let object = Type::object([("a", Type::Number)]);
    let rows = [
        (
            Value::object([("b", 1.into())]),
            "there is no attribute \"b\" in the schema",
        ),
        (
            Value::object([("a", "x".into())]),
            "a: a string is not a \"number\"",
        ),
        (
            Value::List(Vec::new()),
            "a list is not a [\"object\",{\"a\":\"number\"}]",
        ),
    ];
    for (value, message) in rows {
        let error = msgpack::encode(&value, &object).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
    let missing = msgpack::encode(&Value::object([]), &object);
    assert_eq!(missing, Ok(hex("81a161c0")), "what is left out is null");
}

#[test]
fn states_are_read_as_they_are() {
    let ty = Type::object([
        ("any", Type::Dynamic),
        ("list", Type::list(Type::object([("x", Type::Bool)]))),
        ("n", Type::Number),
        ("s", Type::String),
    ]);
    let text = r#"{"any":{"value":[1,"a"],"type":["tuple",["number","string"]]},
        "list":[{"x":true,"gone":1},{}],"n":123456789012345678901234567890.5,"gone":{}}"#;
    let state = serde_json::from_str(text).expect("it is JSON");
    let value = json::from_json(&state, &ty).expect("it is a state");
    assert_eq!(value.get("n"), &number("123456789012345678901234567890.5"));
    let any = dynamic(
        Type::Tuple(vec![Type::Number, Type::String]),
        Value::List(vec![1.into(), "a".into()]),
    );
    assert_eq!(value.get("any"), &any);
    assert_eq!(value.get("s"), &Value::Null, "an attribute that was added");
    let list = vec![
        Value::object([("x", true.into())]),
        Value::object([("x", Value::Null)]),
    ];
    assert_eq!(value.get("list"), &Value::List(list));
    let again = json::to_json(&value, &ty).expect("it is known");
    assert_eq!(json::from_json(&again, &ty).as_ref(), Ok(&value));
    assert_eq!(json::from_json(&json!(null), &ty), Ok(Value::Null));
    for (state, message) in [
        (json!([]), "not a [\"object\""),
        (json!({"n": "x"}), "n: the text is not a number"),
        (
            json!({"any": {"value": 1}}),
            "any: a dynamic value has no type",
        ),
        (json!({"list": [{"x": 1}]}), "list[0].x: not a \"bool\""),
    ] {
        let error = json::from_json(&state, &ty).expect_err(message).to_string();
        assert!(error.starts_with(message), "{error}");
    }
    assert!(json::to_json(&Value::object([("n", Value::unknown())]), &ty).is_err());
}

#[test]
fn types_have_the_text_that_terraform_reads() {
    let rows = [
        (Type::Bool, json!("bool")),
        (Type::Dynamic, json!("dynamic")),
        (Type::list(Type::String), json!(["list", "string"])),
        (Type::set(Type::Number), json!(["set", "number"])),
        (
            Type::map(Type::list(Type::Bool)),
            json!(["map", ["list", "bool"]]),
        ),
        (
            Type::Tuple(vec![Type::Bool, Type::String]),
            json!(["tuple", ["bool", "string"]]),
        ),
        (Type::Tuple(Vec::new()), json!(["tuple", []])),
        (
            Type::object([("a", Type::Number)]),
            json!(["object", {"a": "number"}]),
        ),
    ];
    for (ty, text) in rows {
        assert_eq!(ty.to_json(), text);
        assert_eq!(Type::from_json(&text), Some(ty));
    }
    for wrong in [
        json!("int"),
        json!(["list"]),
        json!(["list", "bool", 1]),
        json!({}),
        json!(["x", "bool"]),
    ] {
        assert_eq!(Type::from_json(&wrong), None, "{wrong}");
    }
}

#[test]
fn values_are_found_by_path() {
    use hedgehog::diag::Path;
    let zone = Value::object([("ports", vec!["a", "b"].into())]);
    let value = Value::object([("zone", Value::object([("up", zone)]))]);
    let path = Path::root()
        .attribute("zone")
        .key("up")
        .attribute("ports")
        .index(1);
    assert_eq!(value.at(&path), Some(&"b".into()));
    assert_eq!(value.at(&Path::root().attribute("zone").index(0)), None);
    assert!(value.get("nothing").get("below").is_null());
}

fn typed_value() -> impl Strategy<Value = (Type, Value)> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(|value| (Type::Bool, value.into())),
        any::<i64>().prop_map(|value| (Type::Number, value.into())),
        (any::<i64>(), -400..400_i32)
            .prop_map(|(digits, exponent)| (Type::Number, number(&format!("{digits}e{exponent}")))),
        any::<String>().prop_map(|text| (Type::String, text.into())),
        Just((Type::String, Value::Null)),
        Just((Type::Number, Value::unknown())),
        Just((Type::Bool, Value::unknown_not_null())),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let named = prop::collection::btree_map("[a-z]{1,4}", inner.clone(), 0..4);
        prop_oneof![
            named.prop_map(|entries: BTreeMap<String, (Type, Value)>| {
                let types = entries
                    .iter()
                    .map(|(name, (ty, _))| (name.clone(), ty.clone()));
                let ty = Type::Object(types.collect());
                (
                    ty,
                    entries
                        .into_iter()
                        .map(|(name, (_, value))| (name, value))
                        .collect(),
                )
            }),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|elements| {
                let (types, values) = elements.into_iter().unzip();
                (Type::Tuple(types), Value::List(values))
            }),
            (inner.clone(), 0..4_usize)
                .prop_map(|((ty, value), count)| (Type::list(ty), vec![value; count].into())),
            (inner.clone(), "[a-z]{1,4}").prop_map(|((ty, value), key)| (
                Type::map(ty),
                [(key, value)].into_iter().collect()
            )),
            inner.prop_map(|(ty, value)| match value {
                Value::Null | Value::Unknown(_) => (ty, value),
                Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::List(_)
                | Value::Map(_)
                | Value::Dynamic(_) => (Type::Dynamic, dynamic(ty, value)),
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_sent_is_what_arrives((ty, value) in typed_value()) {
        let bytes = msgpack::encode(&value, &ty).expect("it fits");
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(value.clone()));
        if value.is_wholly_known() {
            let state = json::to_json(&value, &ty).expect("it is known");
            prop_assert_eq!(json::from_json(&state, &ty), Ok(value));
        }
        prop_assert_eq!(Type::from_json(&ty.to_json()), Some(ty));
    }

    #[test]
    fn no_bytes_make_it_panic((ty, value) in typed_value(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = msgpack::encode(&value, &ty).expect("it fits");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        drop(msgpack::decode(&bytes, &ty));
        drop(msgpack::decode(&bytes[..at], &ty));
    }

    #[test]
    fn nothing_at_all_makes_it_panic(
        (ty, _) in typed_value(),
        bytes in prop::collection::vec(any::<u8>(), 0..256),
    ) {
        if let Ok(value) = msgpack::decode(&bytes, &ty) {
            prop_assert!(msgpack::encode(&value, &ty).is_ok(), "what is read can be written");
        }
    }
}
