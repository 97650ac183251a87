//! The engine: what of WebAssembly exists for a connector, and how instances are laid out.

use std::sync::Arc;

use wasmtime::component::Linker;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmFeatures};

use crate::bindings;
use crate::clock::Clock;
use crate::component::Connector;
use crate::limits::Limits;
use crate::state::{Host, State};

/// What of WebAssembly a connector may use: what compilers emit for a plain target, and nothing that is still young.
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::CALL_INDIRECT_OVERLONG)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::BULK_MEMORY_OPT)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

/// The engine and its version.
pub const ENGINE: &str = "wasmtime 48 (Cranelift)";
/// The contract that connectors are linked to.
pub const CONTRACT: &str = "dragoman:connector@0.1.0";

/// The names of what of WebAssembly a connector may use.
#[must_use]
pub fn feature_names() -> Vec<String> {
    FEATURES.iter_names().map(|(name, _)| name.to_ascii_lowercase().replace('_', "-")).collect()
}

/// Core instances per exchange that the pool has room for on average (a Rust guest needs 3, a Python one 38).
const CORE_INSTANCES_PER_EXCHANGE: u32 = 4;
/// Most bytes that one core instance's own bookkeeping may take.
const MAX_INSTANCE_BYTES: usize = 1 << 20;

/// What of a memory and of a table stays mapped, zeroed, for the next exchange. With the kernel's help (`PAGEMAP_SCAN`,
/// Linux 6.7) only pages that were written are cleared, and a fresh exchange costs half of what it does when every
/// page must be faulted in anew; see docs/performance.md.
const KEPT_MEMORY_BYTES: usize = 128 << 10;
const KEPT_TABLE_BYTES: usize = 16 << 10;

/// A component that cannot be loaded, or an engine that cannot be set up.
#[derive(Debug)]
pub struct SandboxError(pub(crate) wasmtime::Error);

impl std::fmt::Display for SandboxError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:#}", self.0)
    }
}

impl std::error::Error for SandboxError {}

impl From<wasmtime::Error> for SandboxError {
    fn from(error: wasmtime::Error) -> Self {
        Self(error)
    }
}

/// The engine that connectors run in.
pub struct Sandbox {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<State>,
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<Clock>,
}

impl Sandbox {
    /// Sets up an engine whose guests are bound by `limits`, and starts the clock of their deadlines.
    ///
    /// # Errors
    /// The machine lacks what the engine needs, such as address space for the pool.
    pub fn new(limits: Limits) -> Result<Self, SandboxError> {
        let engine = Engine::new(&config(&limits))?;
        let mut linker = Linker::new(&engine);
        bindings::Connector::add_to_linker::<State, Host>(&mut linker, |state| state)?;
        let clock = Arc::new(Clock::start(engine.clone())?);
        Ok(Self { engine, linker, limits, clock })
    }

    /// The bounds of its guests.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Identifies the engine with its settings: an artefact of another engine cannot be loaded.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        self.engine.precompile_compatibility_hash().hash(&mut hasher);
        hasher.finish()
    }

    /// Compiles a component to an artefact for [`Sandbox::load`].
    ///
    /// # Errors
    /// It is not a valid component, or uses what connectors may not.
    pub fn compile(&self, component: &[u8]) -> Result<Vec<u8>, SandboxError> {
        Ok(self.engine.precompile_component(component)?)
    }

    /// Makes a connector of an artefact that [`Sandbox::compile`] of this same engine made.
    ///
    /// # Errors
    /// The artefact is another engine's, or the component imports or lacks something: the error names it.
    pub fn load(&self, artefact: &[u8]) -> Result<Connector, SandboxError> {
        let component = crate::artefact::load(&self.engine, artefact)?;
        Connector::new(self, &component)
    }
}

fn config(limits: &Limits) -> Config {
    let mut config = Config::new();
    config
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(FEATURES, true)
        .concurrency_support(false)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .max_wasm_stack(limits.stack_bytes)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        .memory_init_cow(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    config
}

fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(limits.exchanges)
        .total_core_instances(limits.exchanges.saturating_mul(CORE_INSTANCES_PER_EXCHANGE))
        .total_memories(limits.exchanges)
        .total_tables(limits.exchanges.saturating_mul(2))
        .max_core_instances_per_component(64)
        .max_memories_per_component(4)
        .max_tables_per_component(8)
        .max_component_instance_size(MAX_INSTANCE_BYTES)
        .max_core_instance_size(MAX_INSTANCE_BYTES)
        .max_memory_size(limits.memory_bytes)
        .table_elements(limits.table_elements)
        .linear_memory_keep_resident(KEPT_MEMORY_BYTES)
        .table_keep_resident(KEPT_TABLE_BYTES)
        .pagemap_scan(Enabled::Auto);
    pool
}
