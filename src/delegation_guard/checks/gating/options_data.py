"""What the options of test runners, linters and type checkers do; the form is described in options.py."""

TEXT = """
pytest: test
    narrows -k= -m= --deselect= --ignore= --ignore-glob= --lf --last-failed --picked --testmon --sw --stepwise
    narrows --sw-skip --noconftest --ignore-files? --changed-only --only-changed --nf? -c=? --confcutdir=?
    narrows --pyargs? --doctest-only --mark=
    voids --co --collect-only --collectonly --suppress-no-test-exit-code --suppress-tests-failed-exit-code
    voids --exit-zero --fixtures --markers --setup-plan --setup-only --version --help -h --continue-on-failure
    guards --strict --strict-markers --strict-config --doctest-modules --doctest-glob= --cov-branch --runxfail
    guards --runslow --run-slow --integration --mypy --ruff --flake8 --black --pylint --nbval --error-for-skips
    guards --xfail-strict
    floors --cov-fail-under=
    ceilings --timeout=?
    retries --reruns= --force-flaky --max-runs= --retries= --flaky-max-runs= --only-rerun=
    records --snapshot-update --update-snapshots --force-regen --update-goldens --update-golden --regenerate
    records --inline-snapshot= --accept --snapshot-warn-unused?
    values --alluredir --assert --basetemp --capture --color --cov-config --cov-report --dist --durations
    values --group --html --import-mode --junit-xml --junitxml --log-cli-level --log-file --log-level
    values --max-worker-restart --maxfail --numprocesses --override-ini --pythonwarnings --randomly-seed
    values --rootdir --show-capture --splits --tb --tx --verbosity -W -n -o -p
unittest: test
    narrows -k= -p= --pattern=
    voids -h --help
    values --start-directory --top-level-directory -s -t
jest: test
    narrows --testPathIgnorePatterns= -t= --testNamePattern= --testPathPattern= --testPathPatterns=
    narrows --onlyChanged -o --changedSince= --findRelatedTests --lastCommit --onlyFailures -f --selectProjects=
    narrows --ignoreProjects= --testMatch=? --filter= --roots=? --testRegex=?
    voids --listTests --showConfig --clearCache --version --help --testFailureExitCode= --noStackTrace?
    voids --passWithNoTests --pass-with-no-tests --passOnFailingTestSuite --pass-on-failing-test-suite
    guards --ci? --errorOnDeprecated --coverage? --typecheck --runTestsByPath?
    floors --coverageThreshold=
    ceilings --testTimeout=?
    records -u --updateSnapshot
    values --cacheDirectory --config --coverageDirectory --coverageReporters --env --maxWorkers --outputFile
    values --reporters --rootDir --seed --shard --workerThreads -c -w
vitest: test
    narrows --exclude= -t= --testNamePattern= --project=? --changed --dir=? related --include=?
    voids --passWithNoTests --pass-with-no-tests --dangerouslyIgnoreUnhandledErrors --allowOnly --allow-only
    voids list bench --help --version
    guards --coverage? --coverage.enabled? --typecheck --coverage.thresholds.100 --expect.requireAssertions
    floors --coverage.thresholds.lines= --coverage.thresholds.branches= --coverage.thresholds.functions=
    floors --coverage.thresholds.statements=
    ceilings --testTimeout=?
    retries --retry=
    records -u --update
    values --config --environment --maxWorkers --minWorkers --outputFile --pool --reporter --root --shard -c -r
mocha: test
    narrows -g= --grep= -f= --fgrep= --ignore= --exclude= -i --invert --extension=?
    voids --dry-run --pass-on-failing-test-suite --list-files
    guards --forbid-only --forbid-pending --check-leaks? --recursive --fail-zero
    ceilings --timeout=? -t=?
    retries --retries=
    values --config --file --jobs --loader --opts --reporter --require --spec --ui -R -j -r -u
playwright: test
    narrows -g= --grep= --grep-invert= -gv= --project=? --last-failed --only-changed --test-list=
    voids --list --pass-with-no-tests --ignore-snapshots codegen show-report --help
    guards --forbid-only --fail-on-flaky-tests
    ceilings --timeout=?
    retries --retries=
    records -u --update-snapshots
    values --browser --config --max-failures --output --repeat-each --reporter --shard --trace --workers -c -j
cypress: test
    narrows --spec= -s=
    voids open verify --help
    values --browser --config --config-file --env --group --key --project --reporter -P -b -k -r
ava: test
    narrows --match= -m=
    ceilings --timeout=? -T=?
    records -u --update-snapshots
    values --concurrency --config --node-arguments -c
node-test: test
    narrows --test-name-pattern= --test-skip-pattern= --test-only
    floors --test-coverage-lines= --test-coverage-branches= --test-coverage-functions=
    ceilings --test-timeout=?
    records --test-update-snapshots
    values --import --loader --require --test-concurrency --test-reporter --test-reporter-destination -r
karma: test
    narrows --grep=
    voids --no-fail-on-empty-test-suite --help
    values --browsers --log-level --reporters
go test: test
    narrows -run= -skip= -short
    voids -list= -c -n -h -vet=off
    guards -race -tags=
    ceilings -timeout=?
    values -bench -benchtime -count -cover -covermode -coverpkg -coverprofile -cpu -exec -failfast -fuzz
    values -fuzztime -gcflags -json -ldflags -mod -o -p -parallel -shuffle -v
gotestsum: test
    narrows -run= -skip= -short
    guards -race -tags=
    retries --rerun-fails
    values --format --jsonfile --junitfile --packages -f
cargo test: test
    narrows --skip= -p= --package= --exclude= --lib --bins --bin= --test= --example= --ignored --exact --tests
    voids --no-run --list --help
    guards --doc? --workspace --all --all-targets --all-features --include-ignored --features=
    values --color --config --jobs --manifest-path --message-format --profile --target --test-threads -Z -j
cargo nextest: test
    narrows -E= --filterset= --filter-expr= --skip= -p= --package= --exclude= --lib --bins --test=
    voids --no-run list --no-tests=pass
    guards --workspace --all --all-targets --all-features --features=
    retries --retries=
    values --cargo-profile --partition --profile --status-level --test-threads -P -j
mvn: any whole
    narrows -Dtest= -Dit.test= -Dgroups= -DexcludedGroups= -Dsurefire.excludes= -pl= --projects=
    voids -DskipTests -DskipITs -DskipUTs -Dmaven.test.skip -Dmaven.test.failure.ignore -DtestFailureIgnore -fn
    voids --fail-never -Dcheckstyle.skip -Djacoco.skip -Dspotbugs.skip -Dpmd.skip -Denforcer.skip
    voids -Dsurefire.skip -Dspotless.check.skip -DskipChecks -Dcheckstyle.failOnViolation=false
    voids -Dsurefire.failIfNoSpecifiedTests? -DfailIfNoTests? -Dskip -Dskip.tests
    guards -Werror
    retries -Dsurefire.rerunFailingTestsCount=
    values --file --settings -D -P -T -f -s
gradle: any whole
    narrows --tests= -PexcludeTags= -PincludeTags= -Dtest.single=
    voids -x= --exclude-task= -PskipTests -DskipTests --dry-run -m -PignoreFailures
    guards --warning-mode=? --rerun-tasks?
    values --init-script --max-workers --project-dir -I -b -p
sbt: test whole
mix: test
    narrows --exclude= --only= --stale --failed
    guards --warnings-as-errors --cover?
    values --formatter --seed
dotnet test: test
    narrows --filter=
    voids --list-tests -t
    guards --warnaserror
    floors /p:Threshold= -p:Threshold=
    values --collect --configuration --framework --logger --results-directory --settings -c -f -l -v
rspec: test
    narrows --tag= -t= --exclude-pattern= -e= --example= --only-failures --next-failure --pattern=? -P=?
    voids --dry-run --failure-exit-code=0 --no-fail-if-no-examples
    guards --fail-if-no-examples
    values --format --order --out --require --seed -f -o -r
phpunit: test
    narrows --filter= --group= --exclude-group= --testsuite= --exclude-testsuite= --exclude-filter=
    voids --list-tests --list-suites --do-not-fail-on-risky --do-not-fail-on-warning --do-not-fail-on-incomplete
    voids --do-not-fail-on-skipped --do-not-fail-on-empty-test-suite --do-not-fail-on-phpunit-warning
    guards --fail-on-warning --fail-on-risky --fail-on-skipped --fail-on-incomplete --fail-on-deprecation
    guards --fail-on-notice --fail-on-empty-test-suite --strict-coverage --fail-on-all-issues
    guards --disallow-test-output --strict-global-state
    values --bootstrap --colors --configuration --coverage-clover --coverage-html --log-junit --order-by -c
pest: test
    narrows --filter= --group= --exclude-group= --testsuite=
    voids --list-tests
    guards --type-coverage
    floors --min=
    values -c
swift test: test
    narrows --filter= --skip=
    voids --list-tests
    values --configuration --package-path -c
xcodebuild: test whole
    narrows -skip-testing -only-testing -skip-testing: -only-testing:
    retries -retry-tests-on-failure -test-iterations=
    values -configuration -destination -project -scheme -sdk -workspace
ctest: test
    narrows -E= --exclude-regex= -LE= --label-exclude= -R= --tests-regex= -L= --label-regex= -I= -FS= -FA= -FC=
    voids -N --show-only --no-tests=ignore --print-labels
    ceilings --timeout=?
    retries --repeat= --repeat-until-fail=?
    values --build-config --output-junit --parallel --preset --test-dir -C -D -S -T -j
bats: test
    narrows -f= --filter= --filter-tags= --filter-status=
    voids -c --count
    values --formatter --jobs --report-formatter -F -j -o
mypy: types
    narrows --exclude=
    voids --ignore-errors --no-site-packages? --allow-untyped-defs --allow-untyped-calls --allow-any-generics
    voids --allow-incomplete-defs --allow-subclassing-any --allow-untyped-decorators --allow-any-expr
    voids --no-strict-optional --ignore-missing-imports? --implicit-optional --no-check-untyped-defs
    voids --no-warn-return-any --no-warn-unused-ignores --no-warn-no-return --no-strict-equality
    voids --follow-imports=skip --follow-imports=silent --disable-error-code= --no-strict --no-warn-unreachable
    guards --strict --disallow-untyped-defs --disallow-incomplete-defs --disallow-any-generics
    guards --disallow-untyped-calls --check-untyped-defs --warn-return-any --warn-unused-ignores
    guards --warn-unreachable --warn-redundant-casts --no-implicit-optional --strict-optional
    guards --disallow-any-explicit --disallow-any-expr --strict-equality --enable-error-code=
    guards --disallow-subclassing-any --no-implicit-reexport
    values --cache-dir --config-file --module --package --platform --python-executable --python-version -m -p
pyright: types
    voids --skipunannotated
    guards --warnings --verifytypes=
    values --level --project --pythonpath --pythonversion -p
tsc: types
    voids --skipLibCheck? --noCheck --version --init --showConfig --strict=false --noImplicitAny=false
    guards --strict --noEmitOnError --noImplicitAny --strictNullChecks --noUnusedLocals --noUnusedParameters
    guards --noImplicitReturns --noUncheckedIndexedAccess
    values --build --lib --module --outDir --project --target -p
ruff: lint
    narrows --ignore= --extend-ignore= --exclude= --extend-exclude= --per-file-ignores= --select=?
    voids --exit-zero -e --statistics? --add-noqa --show-files --show-settings --fix? --fix-only
    guards --exit-non-zero-on-fix --no-fix? --preview? --extend-select=
    values --config --line-length --output-format --target-version
ruff format: format
    narrows --exclude=
    guards --check --diff
    values --config
black: format
    narrows --exclude= --extend-exclude= --force-exclude=
    guards --check --diff
    values --config --line-length --target-version -l -t
isort: format
    narrows --skip= -s= --skip-glob=
    guards --check --check-only -c
    values --profile --settings-path
prettier: format
    voids --write -w --no-error-on-unmatched-pattern?
    guards --check -c --list-different -l
    values --config --ignore-path
rustfmt: format
    guards --check
    values --config --edition
cargo fmt: format
    guards --check
    values --package -p
clang-format: format
    voids -i?
    guards --Werror -Werror --dry-run
gofmt: format
    guards -l -d
flake8: lint
    narrows --ignore= --extend-ignore= --exclude= --extend-exclude= --per-file-ignores= --select=?
    voids --exit-zero
    guards --enable-extensions=
    ceilings --max-complexity=
    values --config --count --format --jobs --max-line-length --statistics -j
pylint: lint
    narrows --disable= -d= --ignore= --ignore-paths= --ignore-patterns=
    voids --exit-zero -E --errors-only
    guards --fail-on= --enable=
    floors --fail-under=
    values --jobs --output-format --rcfile -j
bandit: audit
    narrows -s= --skip= -x= --exclude= -l -ll -lll -ii -iii -b= --baseline= --severity-level=?
    voids --exit-zero
    values --configfile -c -f -o
eslint: lint
    narrows --ignore-pattern= --ext=?
    voids --quiet? --no-eslintrc --no-config-lookup --fix-dry-run? --pass-on-unpruned-suppressions
    voids --suppress-all --rule=? --exit-on-fatal-error? --fix?
    guards --report-unused-disable-directives?
    ceilings --max-warnings=
    values --cache-location --config --format --ignore-path --parser --rulesdir -c -f -o
biome: lint
    narrows --skip= --only=
    voids --write? --no-errors-on-unmatched? --diagnostic-level=?
    guards --error-on-warnings
    values --config-path --reporter
stylelint: lint
    narrows --ignore-pattern=
    voids --quiet?
    ceilings --max-warnings=
    values --config
oxlint: lint
    narrows -A= --allow= --ignore-pattern=
    voids --quiet?
    guards --deny-warnings -D=
    ceilings --max-warnings=
golangci-lint: lint
    narrows -D= --disable= -e= --exclude= --new --new-from-rev= --new-from-patch= --skip-dirs= --skip-files=
    narrows --fast --fast-only --tests=false --new-from-merge-base= --disable-all --enable-only=
    voids --issues-exit-code=0 --fix?
    guards --enable-all -E= --enable=
    values --config --max-issues-per-linter --max-same-issues --out-format --timeout -c
go vet: lint
    guards -tags=
    values -vettool
staticcheck: lint
    narrows -checks=?
    voids -fail=
    guards -tags=
cargo clippy: lint
    narrows -A= --allow= -p= --package= --exclude=
    voids --fix? --cap-lints=
    guards -D= --deny= -F= --forbid= --workspace --all --all-targets --all-features --tests --features=
    values --manifest-path --message-format --target -W
cargo check: types
    guards --workspace --all --all-targets --all-features --locked?
cargo deny: audit
    narrows -A= --allow=
    guards -D=
cargo audit: audit
    narrows --ignore=
    guards -D= --deny=
rubocop: lint
    narrows --except= --only=
    voids --display-only-fail-level-offenses --auto-gen-config --disable-uncorrectable -A? -a? --autocorrect?
    voids --autocorrect-all?
    guards --fail-level=?
    values --config --format -c -f
phpstan: types
    voids --generate-baseline= -b=
    guards --fail-without-result-cache?
    floors --level= -l=
    values --configuration --error-format --memory-limit -c
psalm: types
    voids --set-baseline= --alter
    guards --no-cache? --show-info=?
    ceilings --error-level=
    values --config --threads -c
shellcheck: lint
    narrows -e= --exclude=
    voids -S=? --severity=?
    values --format --shell -P -f -s -x
hadolint: lint
    narrows --ignore=
    voids --no-fail
    values --config --failure-threshold -c -f -t
coverage: coverage whole
    narrows --omit=
    voids -i? --ignore-errors?
    guards --branch
    floors --fail-under=
    values --include --precision --rcfile --source -d -m -o
nyc: coverage whole
    narrows --exclude= -x=
    guards --check-coverage --all --per-file --100
    floors --lines= --branches= --functions= --statements=
    values --include --reporter -r
codecov: coverage whole
    guards -Z --fail-on-error? fail_ci_if_error?
diff-cover: coverage whole
    narrows --exclude=
    floors --fail-under=
cargo tarpaulin: coverage whole
    narrows --exclude-files= --exclude= --lib
    guards --workspace --all --all-features
    floors --fail-under=
cargo llvm-cov: coverage whole
    narrows --ignore-filename-regex= --exclude=
    voids --no-fail-fast? --ignore-run-fail
    guards --workspace --all-features
    floors --fail-under-lines= --fail-under-functions= --fail-under-regions=
audit: audit whole
    narrows --ignore-vuln= --omit=? --ignore=
    voids --audit-level=? --exit-zero
    guards --strict?
pre-commit: lint whole
    narrows --files? --hook-stage=? --from-ref=? --to-ref=?
    guards --all-files -a
    values --color --show-diff-on-failure
tox: any whole
    narrows --skip-env=
    voids --notest -n --showconfig --listenvs -l
    values --parallel --workdir -c -e -p
nox: any whole
    narrows -k= -t=
    voids -l --list --install-only
    values --noxfile --session --sessions -e -f -s
bazel: any whole
    narrows --test_filter= --test_tag_filters=
    voids --keep_going?
    retries --flaky_test_attempts=
    values --config -c
meson: test whole
    narrows --suite=? --no-suite=
    voids --list
    values --wrap -C
"""
