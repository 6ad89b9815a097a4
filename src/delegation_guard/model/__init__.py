"""The frozen values every room speaks: contract, change, finding, receipt, policy, report, inputs."""
