//! `import`: a case as Terraform's configuration that plans to the same fabric.

use super::hcl::{self, Item};
use super::input::{self, Input};
use super::told::Told;
use super::types::TypeResources;
use super::{Answer, Ending, configuration};
use crate::fabric::{self, catalog::Catalog};

/// The files of a configuration, and what is worth knowing about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Name and text.
    pub files: Vec<(&'static str, String)>,
    /// What was not carried over, and what is wrong with the design, for standard error. The configuration
    /// has it as comments too.
    pub told: String,
    /// Whether the design has errors.
    pub ending: Ending,
}

/// Turns a case file into a configuration; `with_types` gives it a resource for each type of device
/// and module that the classes refer to.
///
/// # Errors
/// The text is no case, or holds no design.
pub fn import(text: &str, with_types: bool, catalog: &Catalog) -> Result<Configuration, Answer> {
    let inputs = input::read(text, catalog).map_err(|told| Answer::refused(&told))?;
    // A configuration that Terraform has read is there already, and has more than a case can hold.
    let case = inputs.into_iter().find(|input| input.address.is_none());
    let Some(input) = case else {
        return Err(Answer::refused(&[Told::no_case()]));
    };
    let Input {
        name,
        description,
        design,
        types,
        mut told,
        ..
    } = input;
    let Some(design) = design else {
        return Err(Answer::refused(&told));
    };
    let is_whole = !told.iter().any(Told::is_error);
    let planned = fabric::plan(&design, catalog, None);
    told.extend(planned.problems.iter().map(Told::from));
    if !is_whole {
        return Err(Answer::refused(&told));
    }
    let types = with_types.then(|| TypeResources::new(&design, &types, catalog));
    let names = configuration::Names::new(&design, types.unwrap_or_default());
    let mut main = vec![Item::Comment(format!("{name}, made of a case file."))];
    main.extend(told.iter().map(|told| Item::Comment(told.to_comment())));
    main.extend(configuration::main(&name, description.as_deref(), &names));
    let mut files = vec![
        ("main.tf", main),
        ("switches.tf", configuration::switches(&design, &names)),
        ("servers.tf", configuration::servers(&design, &names)),
    ];
    if with_types {
        files.push(("types.tf", names.into_types()));
    }
    let files = files.into_iter();
    Ok(Configuration {
        files: files
            .map(|(name, items)| (name, hcl::file(&items)))
            .collect(),
        told: told.iter().map(ToString::to_string).collect(),
        ending: Ending::of(&told),
    })
}
