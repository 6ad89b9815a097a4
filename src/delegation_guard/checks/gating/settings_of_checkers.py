"""What configures linters, type checkers and compilers; the form is described in tables.py."""

TEXT = """
[mypy]
files: mypy.ini:mypy .mypy.ini:mypy pyproject.toml:tool/mypy setup.cfg:mypy
on: types-relaxed: strict disallow_untyped_defs disallow_incomplete_defs disallow_untyped_calls
on: types-relaxed: disallow_untyped_decorators disallow_any_generics disallow_any_explicit
on: types-relaxed: disallow_any_expr disallow_any_unimported disallow_any_decorated disallow_subclassing_any
on: types-relaxed: check_untyped_defs warn_return_any warn_unused_ignores
on: types-relaxed: warn_unused_configs warn_redundant_casts warn_unreachable strict_equality extra_checks
on: types-relaxed: no_implicit_reexport local_partial_types strict_concatenate
unless: types-relaxed: strict_optional no_implicit_optional warn_no_return
off: types-relaxed: ignore_errors *.ignore_errors overrides.*.ignore_errors ignore_missing_imports
off: types-relaxed: allow_untyped_globals implicit_optional allow_redefinition
off: types-relaxed: allow_untyped_defs allow_untyped_calls allow_any_generics
lax: types-relaxed: overrides.*.disallow_untyped_defs overrides.*.disallow_untyped_calls
lax: types-relaxed: overrides.*.check_untyped_defs overrides.*.disallow_any_generics
lax: types-relaxed: overrides.*.disallow_incomplete_defs overrides.*.strict overrides.*.strict_optional
lax: types-relaxed: overrides.*.warn_return_any
wide: types-relaxed: disable_error_code overrides.*.disable_error_code
wide: types-relaxed: exclude
needs: types-relaxed: enable_error_code
narrow: types-relaxed: files packages modules
level: types-relaxed: follow_imports
needs?: types-relaxed: plugins
[pyright]
files: pyrightconfig.json pyproject.toml:tool/pyright pyproject.toml:tool/basedpyright
level: types-relaxed: typeCheckingMode
on: types-relaxed: strictListInference strictDictionaryInference strictSetInference strictParameterNoneValue
unless: types-relaxed: analyzeUnannotatedFunctions
wide: types-relaxed: exclude ignore
narrow: types-relaxed: include
needs: types-relaxed: strict
level: types-relaxed: report*
[tsconfig]
files: tsconfig*.json jsconfig.json
on: types-relaxed: compilerOptions.strict
family: types-relaxed: compilerOptions.noImplicitAny compilerOptions.strictNullChecks
family: types-relaxed: compilerOptions.strictFunctionTypes compilerOptions.strictBindCallApply
family: types-relaxed: compilerOptions.strictPropertyInitialization compilerOptions.noImplicitThis
family: types-relaxed: compilerOptions.alwaysStrict compilerOptions.useUnknownInCatchVariables
on: types-relaxed: compilerOptions.noUnusedLocals compilerOptions.noUnusedParameters
on: types-relaxed: compilerOptions.noImplicitReturns compilerOptions.noFallthroughCasesInSwitch
on: types-relaxed: compilerOptions.noUncheckedIndexedAccess compilerOptions.exactOptionalPropertyTypes
on: types-relaxed: compilerOptions.noImplicitOverride compilerOptions.checkJs
on: types-relaxed: compilerOptions.noPropertyAccessFromIndexSignature compilerOptions.noEmitOnError
on: types-relaxed: compilerOptions.noUncheckedSideEffectImports
off: types-relaxed: compilerOptions.allowUnreachableCode compilerOptions.allowUnusedLabels
off: types-relaxed: compilerOptions.suppressImplicitAnyIndexErrors compilerOptions.noCheck
off?: types-relaxed: compilerOptions.skipLibCheck compilerOptions.suppressExcessPropertyErrors
wide: types-relaxed: exclude
narrow?: types-relaxed: include files
[ruff]
files: .ruff.toml ruff.toml pyproject.toml:tool/ruff
codes: lint-relaxed: select|lint.select|extend_select|lint.extend_select
wide: lint-relaxed: ignore|lint.ignore|extend_ignore|lint.extend_ignore
wide: lint-relaxed:
wide: lint-relaxed: per_file_ignores.*|lint.per_file_ignores.*|lint.extend_per_file_ignores.*|extend_per_file_ignores.*
wide: lint-relaxed: exclude|extend_exclude|lint.exclude
ceiling: lint-relaxed: lint.mccabe.max_complexity|mccabe.max_complexity
ceiling?: lint-relaxed: lint.pylint.* pylint.*
[flake8]
files: .flake8:flake8 setup.cfg:flake8 tox.ini:flake8 pyproject.toml:tool/flake8
codes: lint-relaxed: select|extend_select
wide: lint-relaxed: ignore|extend_ignore
wide: lint-relaxed: per_file_ignores
wide: lint-relaxed: exclude|extend_exclude
ceiling: lint-relaxed: max_complexity
ceiling?: lint-relaxed: max_cognitive_complexity max_expression_complexity
[pylint]
files: pylintrc .pylintrc pyproject.toml:tool/pylint setup.cfg:pylint
wide: lint-relaxed: *.disable|disable
needs: lint-relaxed: *.enable|enable *.fail_on|fail_on
floor: lint-relaxed: *.fail_under|fail_under
wide: lint-relaxed: *.ignore|ignore *.ignore_paths|ignore_paths *.ignore_patterns|ignore_patterns
off: lint-relaxed: *.errors_only|errors_only *.exit_zero
ceiling?: lint-relaxed: design.* DESIGN.*
[bandit]
files: .bandit:bandit bandit.yaml bandit.yml pyproject.toml:tool/bandit
wide: lint-relaxed: skips
wide: lint-relaxed: exclude_dirs exclude
needs: lint-relaxed: tests
[eslint] joined
files: eslint.config.* .eslintrc .eslintrc.* package.json:eslintConfig
level: lint-relaxed: rules.* overrides.*.rules.*
wide: lint-relaxed: ignorePatterns|ignores overrides.*.excludedFiles
needs?: lint-relaxed: extends overrides.*.extends
needs?: lint-relaxed: plugins
on: lint-relaxed: reportUnusedDisableDirectives|linterOptions.reportUnusedDisableDirectives
on: lint-relaxed: noInlineConfig|linterOptions.noInlineConfig
[biome]
files: biome.json biome.jsonc
level: lint-relaxed: linter.rules.*.* overrides.*.linter.rules.*.*
unless: lint-relaxed: linter.enabled linter.rules.recommended overrides.*.linter.enabled
unless?: lint-relaxed: formatter.enabled assist.enabled
wide: lint-relaxed: files.ignore|linter.ignore
narrow: lint-relaxed: linter.includes files.include
[stylelint]
files: .stylelintrc .stylelintrc.* stylelint.config.* package.json:stylelint
level: lint-relaxed: rules.*
wide: lint-relaxed: ignoreFiles
needs?: lint-relaxed: extends
[oxlint]
files: .oxlintrc.json
level: lint-relaxed: rules.* categories.* overrides.*.rules.*
wide: lint-relaxed: ignorePatterns
[phpstan]
files: phpstan.neon phpstan.neon.dist phpstan.dist.neon
floor: types-relaxed: parameters.level
wide: types-relaxed: ignoreErrors excludePaths excludePaths.analyse excludePaths.analyseAndScan excludes_analyse
narrow: types-relaxed: parameters.paths
needs?: types-relaxed: includes
unless: types-relaxed: reportUnmatchedIgnoredErrors treatPhpDocTypesAsCertain
on: types-relaxed: checkMissingIterableValueType checkUninitializedProperties checkMissingTypehints
on: types-relaxed: strictRules.allRules
[psalm]
files: psalm.xml psalm.xml.dist
ceiling: types-relaxed: psalm.errorLevel
wide: types-relaxed: ignoreFiles.directory ignoreFiles.file
narrow: types-relaxed: projectFiles.directory
[rubocop]
files: .rubocop.yml
unless: lint-relaxed: *.Enabled
wide: lint-relaxed: *.Exclude AllCops.Exclude
off: lint-relaxed: AllCops.DisabledByDefault
on: lint-relaxed: AllCops.EnabledByDefault
ceiling?: lint-relaxed: *.Max
needs?: lint-relaxed: require plugins
[golangci]
files: .golangci.yml .golangci.yaml .golangci.toml .golangci.json
needs: lint-relaxed: linters.enable formatters.enable
wide: lint-relaxed: linters.disable
wide: lint-relaxed: exclude_rules.*.linters|exclusions.rules.*.linters
off: lint-relaxed: run.issues_new issues.new
nothing: lint-relaxed: linters.disable_all
on: lint-relaxed: linters.enable_all
level: lint-relaxed: linters.default
unless: lint-relaxed: run.tests
wide: lint-relaxed: issues.exclude issues.exclude_dirs|run.skip_dirs|exclusions.paths
wide: lint-relaxed: issues.exclude_files|run.skip_files exclusions.presets
present: lint-relaxed: issues.new_from_rev issues.new_from_patch issues.new_from_merge_base
zero: failure-ignored: run.issues_exit_code
ceiling: lint-relaxed: gocyclo.min_complexity cyclop.max_complexity gocognit.min_complexity funlen.lines
ceiling: lint-relaxed: nestif.min_complexity
[deny]
files: deny.toml
wide: lint-relaxed: advisories.ignore bans.skip
level: lint-relaxed: advisories.vulnerability advisories.unmaintained advisories.yanked bans.multiple_versions
level: lint-relaxed: licenses.unlicensed
[dotnet]
files: *.csproj *.fsproj *.vbproj Directory.Build.props Directory.Build.targets
on: types-relaxed: TreatWarningsAsErrors CodeAnalysisTreatWarningsAsErrors EnforceCodeStyleInBuild
on: types-relaxed: EnableNETAnalyzers
level: types-relaxed: PropertyGroup.Nullable Nullable
wide: lint-relaxed: NoWarn WarningsNotAsErrors
needs: lint-relaxed: WarningsAsErrors
floor: lint-relaxed: WarningLevel
floor: coverage-lowered: Threshold
unless: not-collected: IsTestProject
level: lint-relaxed: AnalysisMode AnalysisLevel
[swiftlint]
files: .swiftlint.yml
wide: lint-relaxed: disabled_rules excluded
needs: lint-relaxed: opt_in_rules analyzer_rules
narrow: lint-relaxed: only_rules included
on: lint-relaxed: strict
[detekt]
files: detekt.yml detekt-config.yml detekt.yaml
ceiling: lint-relaxed: maxIssues
unless: lint-relaxed: *.active *.*.active
wide: lint-relaxed: *.*.excludes
ceiling?: lint-relaxed: *.*.threshold
[hadolint]
files: .hadolint.yaml .hadolint.yml
wide: lint-relaxed: ignored
"""
