# Every recipe is one line that calls cargo.

run *ARGS:
    cargo xtask run {{ARGS}}

build:
    cargo xtask build

test *STAGES:
    cargo xtask test {{STAGES}}

bench *ARGS:
    cargo xtask bench {{ARGS}}

connectors:
    cargo xtask connectors
