package enum ExitStatus {
    package static let success: Int32 = 0
    package static let failure: Int32 = 1
    package static let configuration: Int32 = 78
}
