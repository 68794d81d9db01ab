import HTTVPSClient

struct SessionRamp: Sendable {
    let plan: LoadPlan
    let stack: StackAddress
    let devices: [LoadDevice]
    let roster: SessionRoster
    let ledger: LoadLedger

    func run() async {
        let start = ContinuousClock.now
        let ramp = Ramp(sessions: devices.count, seconds: plan.rampSeconds)
        await withDiscardingTaskGroup { group in
            for (index, device) in devices.enumerated() {
                let due = start + .seconds(ramp.start(of: index, jitter: .random(in: 0..<1)))
                try? await Task.sleep(until: due, clock: .continuous)
                guard !Task.isCancelled else { return }
                group.addTask { await begin(index, device) }
            }
        }
    }

    private func begin(_ index: Int, _ device: LoadDevice) async {
        do {
            var configuration = TunnelConfiguration(
                gateways: [try GatewayAddress(stack.gateway)], deviceID: device.id, token: device.token)
            configuration.certificateAuthorityFile = stack.authority
            configuration.reconnects = false
            await LoadSession(number: index, configuration: configuration, roster: roster, ledger: ledger).run()
        } catch {
            ledger.change { $0.sessionsFailed += 1 }
            ledger.fail("session: configuration", "\(error)")
        }
    }
}
