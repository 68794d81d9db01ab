import Foundation
import HTTVPSClient

struct TunnelSettings {
    let options: TunnelOptions
    let profile: ProfileOptions
    let environment: [String: String]

    var usesToken: Bool { options.tokenFile != nil || !profile.isNamed && variable("HTTVPS_DEVICE_TOKEN") != nil }

    func configuration() async throws(ClientError) -> TunnelConfiguration {
        guard !usesToken else { return try configuration(kept: nil) }
        let file = profile.file(environment)
        let kept: Result<(file: CredentialFile, profile: DeviceProfile), ClientError>
        do throws(ClientError) {
            kept = .success((file, try await file.read()))
        } catch {
            kept = .failure(error)
        }
        return try configuration(kept: kept)
    }

    func configuration(
        kept: Result<(file: CredentialFile, profile: DeviceProfile), ClientError>?
    ) throws(ClientError) -> TunnelConfiguration {
        var faults: [String] = []
        func noting<Value>(_ read: () throws(ClientError) -> Value) -> Value? {
            do { return try read() } catch {
                if !faults.contains(error.message) { faults.append(error.message) }
                return nil
            }
        }
        let known = try? kept?.get().profile
        let gateways = noting { () throws(ClientError) in try self.gateways(known) }
        let device = noting { () throws(ClientError) in try self.device(kept?.map(\.profile)) }
        let token = kept == nil ? noting { () throws(ClientError) in try self.token() } : ""
        let authority = noting { () throws(ClientError) in try self.authority(known) }
        guard let gateways, let device, let token, let authority else {
            throw ClientError(.configuration, faults.joined(separator: "\nhttvps: "))
        }
        var configuration = TunnelConfiguration(gateways: gateways, deviceID: device, token: token)
        configuration.credentials = try kept?.get().file
        configuration.certificateAuthorityFile = authority
        configuration.carrier = options.carrier
        configuration.region = options.region
        configuration.firstSessionWithin = .seconds(options.giveUpAfter)
        configuration.clientVersion = HTTVPS.version
        configuration.credentialsNotKept = { Terminal.complain("the renewed credentials were not kept: \($0)") }
        return configuration
    }

    private func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }

    private func gateways(_ known: DeviceProfile?) throws(ClientError) -> [GatewayAddress] {
        let fromEnvironment = (variable("HTTVPS_GATEWAY_URL") ?? "").split(whereSeparator: \.isWhitespace).map(
            String.init)
        let kept = known?.gateways.map(\.url) ?? []
        let choices = [options.gateway] + (profile.isNamed ? [kept, fromEnvironment] : [fromEnvironment, kept])
        guard let named = choices.first(where: { !$0.isEmpty }) else {
            throw ClientError(.configuration, "name a gateway: --gateway or HTTVPS_GATEWAY_URL")
        }
        var addresses: [GatewayAddress] = []
        for url in named { addresses.append(try GatewayAddress(url)) }
        return addresses
    }

    private func device(_ kept: Result<DeviceProfile, ClientError>?) throws(ClientError) -> String {
        guard let kept else {
            guard let device = options.deviceId ?? variable("HTTVPS_DEVICE_ID"), !device.isEmpty else {
                throw ClientError(.configuration, "name the device: --device-id or HTTVPS_DEVICE_ID")
            }
            return device
        }
        let profile = try kept.get()
        guard options.deviceId == nil || options.deviceId == profile.deviceID else {
            throw ClientError(
                .configuration,
                "the kept credentials are those of \(profile.deviceID), not of --device-id; add --token-file")
        }
        return profile.deviceID
    }

    private func authority(_ known: DeviceProfile?) throws(ClientError) -> String? {
        let fromEnvironment = variable("HTTVPS_CA_CERT")
        let kept = known?.certificateAuthorityFile
        guard let file = options.caCert ?? (profile.isNamed ? kept ?? fromEnvironment : fromEnvironment ?? kept) else {
            return nil
        }
        return try AuthorityFile.checked(file)
    }

    private func token() throws(ClientError) -> String {
        var text = variable("HTTVPS_DEVICE_TOKEN") ?? ""
        if let file = options.tokenFile {
            guard let read = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw ClientError(.configuration, "the token file \(file) cannot be read")
            }
            text = read
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { throw ClientError(.configuration, "the device's token is empty") }
        return token
    }
}
