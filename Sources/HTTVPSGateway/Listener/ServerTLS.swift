import NIOSSL

enum ServerTLS {
    static func context(certificatePath: String, keyPath: String) throws(ListenerError) -> (
        context: NIOSSLContext, expiresAt: Int64
    ) {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
            let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map(NIOSSLCertificateSource.certificate), privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["h2", "http/1.1"]
            let expiresAt = chain.map { Int64($0.notValidAfter) }.min() ?? 0
            return (try NIOSSLContext(configuration: configuration), expiresAt)
        } catch {
            throw ListenerError(
                .badCertificate, "the certificate \(certificatePath) and the key \(keyPath) cannot be used",
                cause: error)
        }
    }
}
