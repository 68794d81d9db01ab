import NIOSSL

enum ServerTLS {
    static func context(certificatePath: String, keyPath: String) throws(ListenerError) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificatePath).map(NIOSSLCertificateSource.certificate)
            let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["h2", "http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ListenerError(
                .badCertificate, "the certificate \(certificatePath) and the key \(keyPath) cannot be used",
                cause: error)
        }
    }
}
