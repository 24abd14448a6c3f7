//! Starts: from spawn to the first poll of the runtime API, every function and Node in turn.

use std::path::Path;
use std::time::Duration;

use crate::Outcome;
use crate::figure::{Figure, float, megabytes, millis, number};
use crate::functions::Function;
use crate::host::hosting;
use crate::node::Node;
use crate::process::memory_bytes;
use crate::samples::{Rounds, Samples};

const PART: &str = "start";
const ROUNDS: usize = 20;
/// DESIGN §11.
const SHARE_OF_NODE_MAX: f64 = 20.0;
const MEMORY_MB_MAX: f64 = 40.0;

/// The starts of one program.
#[derive(Debug, Default)]
struct Starts {
    took: Samples,
    memory_bytes: u64,
}

/// Measures every function and Node, one after the other in each round, so that all meet the same
/// machine.
pub(crate) async fn figures(limit: Duration) -> Outcome<Vec<Figure>> {
    let functions = Function::all()?;
    let node = Node::prepare().await?;
    let handler = node.handler.display().to_string();
    let mut starts: Vec<Starts> = functions.iter().map(|_| Starts::default()).collect();
    let mut of_node = Starts::default();
    let mut rounds = Rounds::new(ROUNDS, limit);
    while rounds.another() {
        for (function, starts) in functions.iter().zip(&mut starts) {
            start(&function.binary, &[], &function.environment(None), starts)
                .await
                .map_err(|error| format!("{}: {error}", function.name))?;
        }
        start(Path::new("node"), &[&handler], &node.variables, &mut of_node).await?;
    }
    let node_p50 = of_node.took.percentile(50);
    let budget = millis(node_p50).0 / SHARE_OF_NODE_MAX;
    let mut figures: Vec<Figure> = functions
        .iter()
        .zip(&starts)
        .map(|(function, starts)| {
            let p50 = starts.took.percentile(50);
            let times = number(node_p50.as_secs_f64() / p50.as_secs_f64().max(f64::EPSILON));
            let memory = number(megabytes(starts.memory_bytes).0);
            Figure::new(PART, format!("{} to first poll, p50", function.name), millis(p50))
                .at_most(budget)
                .against(format!("Node is {times} times that; peak {memory} MB"))
        })
        .collect();
    let most = starts.iter().map(|starts| starts.memory_bytes).max().unwrap_or_default();
    let count = float(u64::try_from(of_node.took.count())?);
    let node_memory = number(megabytes(of_node.memory_bytes).0);
    figures.push(
        Figure::new(PART, "peak memory at first poll, the most", megabytes(most))
            .at_most(MEMORY_MB_MAX)
            .against(format!("Node {node_memory} MB")),
    );
    figures.push(
        Figure::new(PART, "Node to first poll, p50", millis(node_p50))
            .against(format!("{}; {count} starts each", node.title)),
    );
    Ok(figures)
}

async fn start(
    program: &Path,
    arguments: &[&str],
    variables: &[(String, String)],
    starts: &mut Starts,
) -> Outcome<()> {
    let (took, memory) = hosting(None, async |host| {
        let mut process = host.start(program, arguments, variables)?;
        let took = host.first_poll(&mut process).await?;
        let memory = memory_bytes(process.pid()?, "VmHWM")?;
        process.stop().await?;
        Ok((took, memory))
    })
    .await?;
    starts.took.add(took);
    starts.memory_bytes = starts.memory_bytes.max(memory);
    Ok(())
}
