//! DataFusion, set up for one thread in a browser, and its errors in words.

use super::budget::{Budget, Pool};
use super::in_turn::UnionsInTurn;
use crate::base::{Place, Problem};
use crate::table::{BATCH_ROWS, Table};
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::datasource::MemTable;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SessionContext;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::SessionConfig;
use std::sync::Arc;

/// A session whose identifiers mean what they say: no case folding, with the functions of recipes. Its operators
/// keep to the budget; there is no disk to put the rest on.
pub fn session(budget: Budget) -> SessionContext {
    // Batches as they are in tables: smaller ones would be cut from these, and each cut counts as the whole.
    let config = SessionConfig::new().with_batch_size(BATCH_ROWS);
    let mut config = config.with_target_partitions(1).with_information_schema(false);
    let options = config.options_mut();
    options.sql_parser.enable_ident_normalization = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.execution.collect_statistics = true;
    let no_disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_disk_manager_builder(no_disk)
        .with_memory_pool(Arc::new(Pool::new(budget)))
        .build_arc();
    let mut rules = PhysicalOptimizer::new().rules;
    rules.insert(0, Arc::new(UnionsInTurn));
    let state =
        SessionStateBuilder::new_with_default_features().with_config(config).with_physical_optimizer_rules(rules);
    let state = match runtime {
        Ok(runtime) => state.with_runtime_env(runtime),
        // Only a disk could have been missing.
        Err(_) => state,
    };
    let session = SessionContext::new_with_state(state.build());
    for function in crate::recipe::functions() {
        session.register_udf(function.as_ref().clone());
    }
    session
}

/// # Errors
/// `bug_session` when DataFusion does not take the table.
pub fn provider(table: &Table) -> Result<Arc<MemTable>, Problem> {
    MemTable::try_new(table.schema().clone(), vec![table.batches().to_vec()])
        .map(Arc::new)
        .map_err(|e| Problem::bug("bug_session", "A table could not be prepared.").because(e.to_string()))
}

/// What went wrong, for someone who wrote SQL or a formula.
pub fn explain(error: DataFusionError) -> Problem {
    match error.find_root() {
        DataFusionError::SQL(parser, _) => syntax_problem(&parser.to_string()),
        DataFusionError::SchemaError(schema, _) => schema_problem(schema),
        DataFusionError::ResourcesExhausted(why) => {
            Problem::limit("out_of_memory", "This needs more memory than the tab has.")
                .because(why.clone())
                .hint("Filter or group first, so that fewer rows are held at once.")
        }
        DataFusionError::Plan(why) => plan_problem(why),
        DataFusionError::NotImplemented(why) => {
            Problem::request("not_supported", "This query uses something that is not supported here.")
                .because(why.clone())
        }
        DataFusionError::ArrowError(why, _) => {
            Problem::input("cannot_compute", "A value could not be computed.").because(plain(&why.to_string()))
        }
        DataFusionError::Execution(why) => {
            Problem::input("cannot_compute", "A value could not be computed.").because(plain(why))
        }
        other => Problem::bug("bug_query", "The query failed inside the engine.").because(other.to_string()),
    }
}

/// The engine's sentence without the names of the layers that it came through.
fn plain(why: &str) -> String {
    const LAYERS: [&str; 6] =
        ["Compute error: ", "Execution error: ", "Arrow error: ", "Cast error: ", "External error: ", "Parser error: "];
    let mut rest = why;
    while let Some(inner) = LAYERS.iter().find_map(|layer| rest.strip_prefix(layer)) {
        rest = inner;
    }
    let sentence = crate::base::wording::sentence_case(rest.trim());
    if sentence.ends_with(['.', '!', '?']) { sentence } else { format!("{sentence}.") }
}

fn syntax_problem(text: &str) -> Problem {
    let why = text.trim_start_matches("sql parser error: ").to_owned();
    let number_after = |word: &str| -> Option<u64> {
        let rest = text.split(word).nth(1)?;
        let digits: String =
            rest.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let place = Place { line: number_after("Line:"), offset: number_after("Column:"), ..Place::default() };
    Problem::request("sql_syntax", "The SQL could not be read.").because(why).at(place)
}

fn schema_problem(error: &SchemaError) -> Problem {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let mut names: Vec<String> = valid_fields.iter().map(|f| f.name.clone()).collect();
            names.sort();
            names.dedup();
            names.truncate(30);
            Problem::request("unknown_column", format!("There is no column called {}.", field.name))
                .because(format!("The columns are: {}.", names.join(", ")))
                .at(Place::column(field.name.clone()))
                .hint("Names are case-sensitive. Put names with spaces in double quotes.")
        }
        SchemaError::AmbiguousReference { field } => {
            Problem::request("ambiguous_column", format!("Several tables have a column called {}.", field.name))
                .hint(format!("Write the table before it: table.{}", field.name))
        }
        other => Problem::request("duplicate_column", "Two columns would have the same name.")
            .because(other.to_string())
            .hint("Give one of them another name with AS."),
    }
}

fn plan_problem(why: &str) -> Problem {
    if let Some(name) = why.split("table '").nth(1).and_then(|rest| rest.split('\'').next()) {
        let name = name.rsplit('.').next().unwrap_or(name);
        return Problem::request("unknown_table", format!("There is no table called {name}."));
    }
    Problem::request("cannot_plan", "The query cannot be carried out.").because(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_layers_of_the_engine_are_no_part_of_a_sentence() {
        let said = plain("Compute error: Execution error: cannot take square root of a negative number");
        assert_eq!(said, "Cannot take square root of a negative number.");
        assert_eq!(plain("Divide by zero error"), "Divide by zero error.");
    }
}
