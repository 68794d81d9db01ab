import HTTVPSClient

struct LoadSession: Sendable {
    let number: Int
    let configuration: TunnelConfiguration
    let roster: SessionRoster
    let ledger: LoadLedger

    func run() async {
        ledger.change { $0.begun += 1 }
        do {
            let tunnel = try Tunnel(configuration)
            await withTaskGroup { group in
                group.addTask { await follow(tunnel) }
                await end(of: tunnel)
                roster.remove(number)
                await group.waitForAll()
            }
        } catch {
            fail(error)
        }
    }

    private func end(of tunnel: Tunnel) async {
        do {
            try await tunnel.run()
            if !Task.isCancelled { fail(LoadError(.backend, "the session ended by itself")) }
        } catch {
            if !Task.isCancelled { fail(error) }
        }
    }

    private func follow(_ tunnel: Tunnel) async {
        let begun = ContinuousClock.now
        var stands = false
        for await state in tunnel.states() {
            switch state {
            case .connected(let session) where !stands:
                stands = true
                ledger.note(.setUp, .now - begun)
                if let time = session.verdictTime { ledger.note(.verdict, time) }
                ledger.change { $0.standing += 1 }
                roster.add(tunnel, as: number)
            case .paused(let reason, _): ledger.fail("session: paused", reason)
            default: break
            }
        }
        if stands { ledger.change { $0.standing -= 1 } }
    }

    private func fail(_ error: any Error) {
        ledger.change { $0.sessionsFailed += 1 }
        ledger.fail("session: \(FailureCode.name(of: error))", "\(error)")
    }
}
