extension PlanTerms {
    init(_ reader: inout MemberReader) {
        self.init()
        let form = "up to 64 small letters, digits, - and _, beginning with a letter or digit"
        code = reader.pattern("code", required: true, form: form, where: Self.isCode) ?? code
        name = reader.text("name", required: true) ?? name
        period = reader.choice("period", required: true) ?? period
        maxDevices = reader.integer("max_devices", required: true, range: 1...10_000) ?? maxDevices
        maxSessions = reader.integer("max_sessions", required: true, range: 1...10_000) ?? maxSessions
        maxStreams = reader.integer("max_streams", required: true, range: 1...65_535) ?? maxStreams
        trafficLimitBytes = reader.count("traffic_limit_bytes")
        rateBytesPerSecond = reader.integer("rate_bytes_per_sec", range: 1...JSONNumber.largestExact)
        regions = Self.regions(&reader)
        readPrice(&reader)
        reader.faultUnknownMembers()
    }

    private mutating func readPrice(_ reader: inout MemberReader) {
        priceMicros = reader.count("price_micros")
        currency = reader.pattern("currency", form: "three capital letters", where: Self.isCurrency)
        switch (reader.names("price_micros"), reader.names("currency")) {
        case (true, false): reader.fault("currency", .required, "A price needs a currency.")
        case (false, true): reader.fault("price_micros", .required, "A currency needs a price.")
        default: break
        }
    }

    private static func regions(_ reader: inout MemberReader) -> [String]? {
        guard let items = reader.items("regions", count: 1...100) else { return nil }
        var codes: [String] = []
        for (index, item) in items.enumerated() {
            guard let code = item.text else {
                reader.fault(at: "/regions/\(index)", .wrongType, "A region code is a text.")
                continue
            }
            if codes.contains(where: { $0.isSame(as: code) }) {
                reader.fault(at: "/regions/\(index)", .invalidFormat, "This region is listed twice.")
            }
            codes.append(code)
        }
        return codes
    }

    static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.first != UInt8(ascii: "_")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func isCurrency(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}
