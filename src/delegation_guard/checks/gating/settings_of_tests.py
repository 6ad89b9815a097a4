"""What configures test runners and coverage; the form is described in tables.py."""

TEXT = """
[pytest] options=pytest
files: pytest.ini:pytest .pytest.ini:pytest pytest.toml:pytest .pytest.toml:pytest
files: pyproject.toml:tool/pytest/ini_options pyproject.toml:tool/pytest tox.ini:pytest setup.cfg:tool/pytest
options: not-collected: addopts
paths: not-collected: testpaths
globs: not-collected: python_files
names: not-collected: python_classes python_functions
wide: not-collected: norecursedirs collect_ignore collect_ignore_glob
warnings: strictness-lowered: filterwarnings
on: strictness-lowered: xfail_strict|strict_xfail strict_markers strict_config strict strict_parametrization_ids
needs?: strictness-lowered: required_plugins
level?: strictness-lowered: empty_parameter_set_mark
ceiling?: strictness-lowered: timeout
retries: retries-added: reruns|retries
[tox]
files: tox.ini:tox setup.cfg:tox/tox pyproject.toml:tool/tox tox.toml
envs: command-removed: envlist|env_list
[coverage]
files: .coveragerc setup.cfg:coverage tox.ini:coverage pyproject.toml:tool/coverage
floor: coverage-lowered: report.fail_under
on: coverage-narrowed: run.branch
wide: coverage-narrowed: report.omit|run.omit
regexes: coverage-narrowed: report.exclude_lines|report.exclude_also report.partial_branches
narrow: coverage-narrowed: run.source|run.source_pkgs run.include|report.include
off?: coverage-narrowed: report.ignore_errors
[interrogate]
files: pyproject.toml:tool/interrogate setup.cfg:interrogate
floor: coverage-lowered: fail_under
wide: coverage-narrowed: exclude
[jest]
files: jest.config.* jest.*.config.* package.json:jest .jestrc .jestrc.json
wide: not-collected: testPathIgnorePatterns modulePathIgnorePatterns
globs: not-collected: testMatch|testRegex
narrow: not-collected: roots projects
floor: coverage-lowered: coverageThreshold.*.* coverageThreshold.*.*.*
signed: coverage-narrowed: collectCoverageFrom
wide: coverage-narrowed: coveragePathIgnorePatterns
on?: coverage-narrowed: collectCoverage
off: command-neutered: passWithNoTests
zero: command-neutered: testFailureExitCode
present: not-collected: testNamePattern
on: strictness-lowered: errorOnDeprecated
on?: strictness-lowered: resetMocks restoreMocks clearMocks
unless: types-relaxed: diagnostics
ceiling?: strictness-lowered: testTimeout
retries: retries-added: retryTimes
[vitest]
files: vitest.config.* vite.config.* vitest.workspace.* vitest.*.config.*
wide: not-collected: test.exclude projects.*.test.exclude
globs: not-collected: test.include
narrow: not-collected: test.projects test.dir
floor: coverage-lowered: coverage.thresholds.* coverage.thresholds.*.* coverage.lines coverage.branches
floor: coverage-lowered: coverage.functions coverage.statements
on: coverage-lowered: coverage.thresholds.100 coverage.thresholds.perFile
off?: coverage-lowered: coverage.thresholds.autoUpdate
wide: coverage-narrowed: coverage.exclude
narrow: coverage-narrowed: coverage.include
on: coverage-narrowed: coverage.all
on?: coverage-narrowed: coverage.enabled
off: command-neutered: test.passWithNoTests test.dangerouslyIgnoreUnhandledErrors
off: strictness-lowered: test.allowOnly
on: strictness-lowered: expect.requireAssertions typecheck.enabled
on?: strictness-lowered: test.mockReset test.restoreMocks test.clearMocks
present: not-collected: test.testNamePattern
retries: retries-added: test.retry
ceiling?: strictness-lowered: test.testTimeout test.hookTimeout
[mocha]
files: .mocharc .mocharc.* package.json:mocha
globs: not-collected: spec
wide: not-collected: ignore exclude
present: not-collected: grep fgrep g f invert
narrow: not-collected: extension
on: not-collected: recursive
on: strictness-lowered: forbidOnly forbidPending checkLeaks failZero
off: command-neutered: passOnFailingTestSuite dryRun allowUncaught
retries: retries-added: retries
ceiling?: strictness-lowered: timeout
[nyc]
files: .nycrc .nycrc.* .c8rc.json .c8rc nyc.config.* package.json:nyc package.json:c8
on: coverage-lowered: checkCoverage perFile 100
on: coverage-narrowed: all
floor: coverage-lowered: lines branches functions statements
wide: coverage-narrowed: exclude
narrow: coverage-narrowed: include
[ava]
files: ava.config.* package.json:ava
globs: not-collected: files
present: not-collected: match
unless: strictness-lowered: failWithoutAssertions
[playwright]
files: playwright.config.* playwright.*.config.*
wide: not-collected: testIgnore projects.*.testIgnore
globs: not-collected: testMatch projects.*.testMatch
members: not-collected: projects.*.name
present: not-collected: grep grepInvert
on: strictness-lowered: forbidOnly failOnFlakyTests
off: command-neutered: ignoreSnapshots
retries: retries-added: retries projects.*.retries
ceiling: strictness-lowered: toHaveScreenshot.maxDiffPixels toHaveScreenshot.maxDiffPixelRatio
ceiling: strictness-lowered: toHaveScreenshot.threshold toMatchSnapshot.maxDiffPixels toMatchSnapshot.threshold
ceiling?: strictness-lowered: timeout expect.timeout
[cypress]
files: cypress.config.* cypress.json
retries: retries-added: retries|retries.runMode
wide: not-collected: excludeSpecPattern|e2e.excludeSpecPattern ignoreTestFiles
globs: not-collected: specPattern|e2e.specPattern
ceiling?: strictness-lowered: defaultCommandTimeout
[karma]
files: karma.conf.*
wide: not-collected: exclude
floor: coverage-lowered: check.global.* check.each.* thresholds.global.* thresholds.*
unless: command-neutered: failOnEmptyTestSuite
on: strictness-lowered: failOnSkippedTests
[codecov]
files: codecov.yml .codecov.yml codecov.yaml .codecov.yaml
floor: coverage-lowered: status.project.*.target status.patch.*.target status.project.target status.patch.target
floor: coverage-lowered: coverage.status.*.target
tolerance: coverage-lowered: status.project.*.threshold status.patch.*.threshold status.project.threshold
tolerance: coverage-lowered: status.patch.threshold
off: coverage-lowered: informational
unless: coverage-lowered: status.project status.patch coverage.status require_ci_to_pass status.*.enabled
unless: coverage-lowered: status.*.*.enabled
wide: coverage-narrowed: ignore
needs?: coverage-narrowed: flags.*.paths
[sonar]
files: sonar-project.properties .sonarcloud.properties
wide: coverage-narrowed: sonar.coverage.exclusions
wide: lint-relaxed: sonar.exclusions sonar.cpd.exclusions sonar.issue.ignore.multicriteria
wide: not-collected: sonar.test.exclusions
narrow: not-collected: sonar.tests sonar.sources sonar.test.inclusions
on: lint-relaxed: sonar.qualitygate.wait
[maven]
files: pom.xml
off: not-collected: skipTests maven.test.skip skipITs skip.tests skipUnitTests skipIntegrationTests
off: failure-ignored: testFailureIgnore|maven.test.failure.ignore
off: lint-relaxed: checkstyle.skip pmd.skip spotbugs.skip enforcer.skip
off: coverage-lowered: jacoco.skip
off: not-collected: configuration.skip
wide: not-collected: configuration.excludes|configuration.excludes.exclude configuration.excludedGroups
narrow: not-collected: configuration.includes|configuration.includes.include configuration.groups modules.module
floor: coverage-lowered: limit.minimum *.minimum mutationThreshold coverageThreshold
unless: coverage-lowered: haltOnFailure
unless: lint-relaxed: failsOnError failOnViolation failsOnViolation failOnWarning failOnError
ceiling: lint-relaxed: maxAllowedViolations
retries: retries-added: rerunFailingTestsCount
[phpunit]
files: phpunit.xml phpunit.xml.dist phpunit.dist.xml
on: strictness-lowered: failOnWarning failOnRisky failOnSkipped failOnIncomplete failOnDeprecation failOnNotice
on: strictness-lowered: failOnEmptyTestSuite failOnPhpunitWarning
on: strictness-lowered: beStrictAboutTestsThatDoNotTestAnything beStrictAboutOutputDuringTests
on: strictness-lowered: beStrictAboutCoverageMetadata beStrictAboutChangesToGlobalState
narrow: not-collected: testsuite.directory testsuite.file testsuite.*.directory testsuite.*.file
wide: not-collected: testsuite.exclude testsuite.*.exclude groups.exclude.group
wide: coverage-narrowed: source.exclude.directory coverage.exclude.directory source.exclude.file
wide: coverage-narrowed: coverage.exclude.file
needs: coverage-narrowed: source.include.directory coverage.include.directory
[infection]
files: infection.json infection.json5 infection.json.dist
floor: coverage-lowered: minMsi minCoveredMsi
wide: coverage-narrowed: source.excludes
[go-test-coverage]
files: .testcoverage.yml
floor: coverage-lowered: threshold.file threshold.package threshold.total
wide: coverage-narrowed: exclude.paths
[cargo]
files: Cargo.toml
level: lint-relaxed: lints.rust.* lints.clippy.* lints.rustdoc.* lints.rust.*.level lints.clippy.*.level
unless: not-collected: lib.test lib.doctest test.*.test bin.*.test test.test test.harness test.*.harness
unless: not-collected: lib.harness
needs: not-collected: workspace.members
wide: not-collected: workspace.exclude
[tarpaulin]
files: tarpaulin.toml .tarpaulin.toml
floor: coverage-lowered: *.fail_under fail_under
wide: coverage-narrowed: *.exclude_files *.exclude exclude_files
[nextest]
files: nextest.toml
retries: retries-added: *.retries *.retries.count overrides.*.retries
present: not-collected: *.default_filter
[coveralls]
files: coveralls.json .coveralls.yml
floor: coverage-lowered: minimum_coverage coverage_options.minimum_coverage
wide: coverage-narrowed: skip_files
"""
