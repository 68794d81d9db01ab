package import HTTVPSObservability

extension DiagnosisReport {
    package init(configurationFaults error: ConfigurationError) {
        self.init(
            error.faults.map { fault in
                .fail("configuration", "\(fault.key) \(fault.problem)", "Set it to \(fault.expected).")
            })
    }
}
