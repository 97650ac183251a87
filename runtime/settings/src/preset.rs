//! The kinds of backend that need no description: a base URL, a key variable and a connector each.

/// One kind of backend.
#[derive(Debug)]
pub(crate) struct Preset {
    /// Its name as a `backend_type`, and as a backend.
    pub(crate) name: &'static str,
    /// The bundled connector that speaks to it.
    pub(crate) connector: &'static str,
    /// The provider's base URL; `None` where the backend has to say it.
    pub(crate) base_url: Option<&'static str>,
    /// The variables that hold its key, the first one that is set counting.
    pub(crate) key_variables: &'static [&'static str],
    /// `<prefix>_API_BASE_URL` and `<prefix>_TIMEOUT` replace what the preset says.
    pub(crate) prefix: Option<&'static str>,
    /// Whether it is there without being named in a file, provided that its key is set.
    pub(crate) standing: bool,
}

/// The preset called `name`.
pub(crate) fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

const fn compatible(
    name: &'static str,
    base_url: &'static str,
    key_variables: &'static [&'static str],
    prefix: Option<&'static str>,
) -> Preset {
    let connector = "openai-compatible";
    Preset { name, connector, base_url: Some(base_url), key_variables, prefix, standing: true }
}

/// All presets. `custom` is the one that a backend has to describe in full.
pub(crate) static PRESETS: [Preset; 14] = [
    Preset {
        name: "openai",
        connector: "openai",
        base_url: Some("https://api.openai.com/v1"),
        key_variables: &["OPENAI_API_KEY"],
        prefix: Some("OPENAI"),
        standing: true,
    },
    Preset {
        name: "anthropic",
        connector: "anthropic",
        base_url: Some("https://api.anthropic.com/v1"),
        key_variables: &["ANTHROPIC_API_KEY"],
        prefix: Some("ANTHROPIC"),
        standing: true,
    },
    Preset {
        name: "gemini",
        connector: "gemini",
        base_url: Some("https://generativelanguage.googleapis.com/v1beta"),
        key_variables: &["GEMINI_API_KEY"],
        prefix: Some("GEMINI"),
        standing: true,
    },
    Preset { name: "echo", connector: "echo", base_url: None, key_variables: &[], prefix: None, standing: true },
    compatible("openrouter", "https://openrouter.ai/api/v1", &["OPENROUTER_API_KEY"], Some("OPENROUTER")),
    compatible("nvidia", "https://integrate.api.nvidia.com/v1", &["NVIDIA_API_KEY"], None),
    compatible("zenmux", "https://zenmux.ai/api/v1", &["ZENMUX_API_KEY"], Some("ZENMUX")),
    compatible("zai", "https://open.bigmodel.cn/api/paas/v4", &["ZAI_API_KEY"], Some("ZAI")),
    compatible(
        "zai-coding-plan",
        "https://api.z.ai/api/coding/paas/v4",
        &["ZAI_CODING_PLAN_API_KEY", "ZAI_API_KEY"],
        None,
    ),
    compatible("kimi-code", "https://api.kimi.com/coding/v1", &["KIMI_API_KEY"], Some("KIMI")),
    compatible("minimax", "https://api.minimax.io/v1", &["MINIMAX_API_KEY"], Some("MINIMAX")),
    compatible("internlm", "https://chat.intern-ai.org.cn/api/v1", &["INTERNAI_API_KEY"], Some("INTERNAI")),
    Preset {
        name: "openai-compatible",
        connector: "openai-compatible",
        base_url: None,
        key_variables: &[],
        prefix: None,
        standing: false,
    },
    Preset {
        name: "custom",
        connector: "openai-compatible",
        base_url: None,
        key_variables: &[],
        prefix: None,
        standing: false,
    },
];
