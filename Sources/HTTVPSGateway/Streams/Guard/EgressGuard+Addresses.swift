import NIOCore
import NIOPosix

extension EgressGuard {
    func protectAddresses(of hosts: [String]) {
        NIOThreadPool.singleton.submit { [self] _ in
            protect(hosts: hosts.compactMap { try? SocketAddress.makeAddressResolvingHost($0, port: 443).ipAddress })
            let devices = (try? System.enumerateDevices()) ?? []
            protect(hosts: devices.compactMap(\.address?.ipAddress))
        }
    }
}
