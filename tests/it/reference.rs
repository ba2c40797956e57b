//! `docs/index.md` and `docs/resources/` come from the schema and `examples/`. `UPDATE=1` writes
//! them anew (`make generate`).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hedgehog::provider::{Environment, HedgehogProvider};
use hedgehog::tf::resource::Provider as _;
use hedgehog::tf::schema::{Attribute, Block, Mode, Nesting, Schema, Shape};
use hedgehog::tf::types::Type;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_reference_is_current() {
    let provider = HedgehogProvider::new(Environment::default());
    check(
        "docs/index.md",
        &page(
            "hedgehog Provider",
            &provider.schema(),
            "provider/provider.tf",
        ),
    );
    for resource in provider.resources() {
        let name = resource.name();
        let short = name.strip_prefix("hedgehog_").unwrap();
        let example = format!("resources/{name}/resource.tf");
        let page = page(name, &resource.schema(), &example);
        check(&format!("docs/resources/{short}.md"), &page);
    }
}

fn check(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == wanted,
        "{path} is not what the schema says: run `make generate`"
    );
}

fn page(title: &str, schema: &Schema, example: &str) -> String {
    let example = std::fs::read_to_string(Path::new(&root()).join("examples").join(example))
        .unwrap_or_else(|error| panic!("examples/{example}: {error}"));
    let mut page = format!(
        "---\npage_title: \"{title}\"\ndescription: |-\n  {description}\n---\n\n\
         <!-- Written by `make generate` from the schema and examples/. -->\n\n\
         # {title}\n\n{description}\n\n## Example\n\n```terraform\n{example}```\n",
        description = schema.description,
    );
    let mut nested = Vec::new();
    section(
        &mut page,
        "##",
        "Arguments",
        &schema.block,
        false,
        &mut nested,
    );
    section(&mut page, "##", "Results", &schema.block, true, &mut nested);
    while let Some((name, block)) = (!nested.is_empty()).then(|| nested.remove(0)) {
        section(
            &mut page,
            "###",
            &format!("`{name}`"),
            &block,
            false,
            &mut nested,
        );
    }
    page
}

/// The lines of one level; what is nested in it is left for sections of its own.
fn section(
    page: &mut String,
    heading: &str,
    title: &str,
    block: &Block,
    results: bool,
    nested: &mut Vec<(String, Block)>,
) {
    let attributes: Vec<&Attribute> = block
        .attributes
        .iter()
        .filter(|a| (a.mode == Mode::Computed) == results)
        .collect();
    let blocks: &[_] = if results { &[] } else { &block.blocks };
    if attributes.is_empty() && blocks.is_empty() {
        return;
    }
    write!(page, "\n{heading} {title}\n\n").unwrap();
    for attribute in attributes {
        let mode = match attribute.mode {
            Mode::Required => "required, ",
            Mode::Optional => "optional, ",
            Mode::OptionalComputed => "optional or computed, ",
            Mode::Computed => "",
        };
        let shape = match &attribute.shape {
            Shape::Plain(ty) => words(ty),
            Shape::Nested {
                nesting,
                attributes,
            } => {
                let block = Block {
                    attributes: attributes.clone(),
                    blocks: Vec::new(),
                };
                remember(nested, attribute.name, block);
                format!("{} of objects, see below", nesting_word(*nesting))
            }
        };
        let secret = if attribute.sensitive {
            ", sensitive"
        } else {
            ""
        };
        writeln!(
            page,
            "* `{}` ({mode}{shape}{secret}): {}",
            attribute.name, attribute.description
        )
        .unwrap();
    }
    for block in blocks {
        remember(nested, block.name, block.block.clone());
        let how = match block.nesting {
            Nesting::Map => format!("blocks `{} \"name\" {{ .. }}`", block.name),
            Nesting::List => format!("blocks `{} {{ .. }}`", block.name),
            Nesting::Single => format!("one block `{} {{ .. }}`", block.name),
        };
        writeln!(
            page,
            "* `{}` ({how}, see below): {}",
            block.name, block.description
        )
        .unwrap();
    }
}

/// The plan's classes have members of the same names: one section serves both.
fn remember(nested: &mut Vec<(String, Block)>, name: &str, block: Block) {
    if !nested.iter().any(|(known, _)| known == name) {
        nested.push((name.to_owned(), block));
    }
}

fn nesting_word(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single => "object",
        Nesting::List => "list",
        Nesting::Map => "map",
    }
}

fn words(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::Dynamic => "any".to_owned(),
        Type::List(element) => format!("list of {}", words(element)),
        Type::Set(element) => format!("set of {}", words(element)),
        Type::Map(element) => format!("map of {}", words(element)),
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(attributes) => {
            let members: Vec<String> = attributes.keys().map(|name| format!("`{name}`")).collect();
            format!("object of {}", members.join(", "))
        }
    }
}
