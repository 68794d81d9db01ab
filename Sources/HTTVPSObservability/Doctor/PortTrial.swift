import Glibc

package struct PortTrial: Sendable {
    private let check: String
    private let host: String
    private let port: Int

    package init(_ check: String, host: String, port: Int) {
        self.check = check
        self.host = host
        self.port = port
    }

    package func diagnosis(ownProbe: HealthQuestion) async -> Diagnosis {
        let place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        switch bindError {
        case 0: return .ok(check, "\(place) can be listened on")
        case EADDRINUSE:
            if (try? await ownProbe.ask()) != nil { return .ok(check, "\(place) is served by a running service") }
            return .fail(
                check, "\(place) is taken, and what has it is not this service",
                "Stop what listens there (ss -ltnp names it), or choose another port.")
        case EACCES:
            return .fail(
                check, "\(place) may not be listened on by this user",
                "Use a port from 1024 on, or give the service CAP_NET_BIND_SERVICE as its systemd unit does.")
        case let error:
            return .fail(
                check, "\(place) cannot be listened on: \(String(cString: strerror(error)))",
                "Name an address that this machine has, or 0.0.0.0 for all of them.")
        }
    }

    private var bindError: Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else { return EADDRNOTAVAIL }
        defer { freeaddrinfo(found) }
        let descriptor = socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else { return errno }
        return listen(descriptor, 1) == 0 ? 0 : errno
    }
}
