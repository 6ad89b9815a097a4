"""The words that tell a command line from a sentence."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROGRAMS = _words(
    """
    ! . : R Rscript [ [[ ack actionlint ag alembic ansible ansible-playbook ant artisan autoreconf ava awk
    bandit bash bats bazel bazelisk behave biome black buck buck2 buf bun bundle bunx busted c++ cabal cargo cat
    cc cd celery chmod clang clang++ clang-format clang-tidy clj clojure cmake cmd cmp command composer conda
    conftest coverage cp cpanm cross crystal csc ctest cucumber curl cut cypress dart dash dbt delegation-guard
    deno diff django-admin docker docker-compose dotnet dune echo ecl egrep elixir env erl esbuild eslint eval
    exec export false fastlane fgrep file find fish flake8 flask flutter fsharpi g++ gawk gcc gem gh ghc ginkgo
    git gleam gmake go gofmt golangci-lint gotestsum gradle gradlew grep groovy guile gunicorn hadolint hatch
    head helm hg hspec iex invoke ipython isort jasmine java javac jest jq julia just k6 karma kotlin kotlinc
    ksh kubectl lein lerna ln ls lua luajit luarocks mage make mamba markdownlint matlab md5sum meson mill
    minitest mix mkdir mkdocs mocha msbuild mv mvn mvnw mypy mysql nc newman next ng nice nim nimble ninja nix
    nix-build nix-shell node nodejs nosetests nox npm npx nunit3-console nuxt nx ocaml octave opa opam packer
    pdm perl pest php phpstan phpunit pip pip3 pipenv pipx playwright pnpm pnpx pod podman poetry popd
    powershell pre-commit prek prettier printf promtool protoc prove psalm psql pushd pwsh py py.test pylint
    pypy pypy3 pyright pytest python python2 python3 racket raco rails rake rebar3 redis-cli rg rm robot rollup
    rspec rubocop ruby ruff runhaskell rustc rustfmt rustup rye sbcl sbt scala scala-cli scons sed seq set sh
    sha256sum shards shellcheck shfmt sleep sort source spectral sphinx-build sqlfluff sqlite3 stack stat
    staticcheck stylelint sudo svn swift swiftc tail tap tar task tclsh tee terraform terragrunt test time
    timeout tofu touch tox tr trap trial true ts-node tsc tsx turbo twine type ulimit uniq unittest unset unzip
    uv uvicorn uvx v vagrant vale valgrind vite vitest vlang vstest.console waf wasm-pack wc webpack wget which
    xargs xcodebuild xctest xxd yamllint yarn yarnpkg yq zig zip zsh
    """
)
"""Programs that a VERIFY line is likely to begin with."""

HOMOGRAPHS = _words(
    """
    R black bun cargo cat command cross crystal cut dart deno diff docker dune env exec false file find flask
    gem git go head helm invoke java julia just make mill mix next nice nim node npm packer patch pest pod prove
    psalm python rake ruby rust set sleep sort source stack stat sudo swift tail tap task test time touch trial
    true turbo type v vale watch which yarn
    """
)
"""Programs whose names are English words too: "make sure ...", "test that ..."."""

KEYWORDS = _words(
    """
    case do done elif else esac fi for function if select then until while { }
    """
)
"""What begins or goes on with a shell construct of several lines."""

SURE = _words(
    """
    after again already an and anything are be because been before both can can't cannot do does don't
    everything failing fails has have if is it it's its may might must not nothing or our passes remain remains
    same shall should so something stay stays still succeed succeeds than that the them then these they this
    those unless until was we were when whenever where while will without would you your
    """
)
"""Words that hardly ever are arguments of a command."""

LIKELY = SURE | _words(
    """
    a after again all already also an and any anything are as at be because been before both by can can't cannot
    do does don't each every everything fail failed failing fails for from green has have if in into is it it's
    its may might must no none not nothing of on only or our out pass passed passes red remain remains report
    run same shall should so something stay stays still stop succeed succeeds suite tests than that the them
    then these they this those to unless until up was we were when whenever where while will with without would
    you your
    """
)
"""Words of sentences that may be arguments too."""

AFTER_HOMOGRAPH = _words(
    """
    a after again ahead already also an and any anything are as at back be because been before both by can can't
    cannot cases certain do does don't each errors every everything failed failing fails failures files has have
    here if in into is it it's its least may might most must no none not nothing of on one only or our out
    output over passed passes remain remains results same shall should so something stay stays still succeed
    succeeds sure than that the them then there these they things this those three through to two unless until
    warnings was we were when whenever where whether while will with without would you your
    """
)
"""Words that make a sentence of the homograph before them."""
