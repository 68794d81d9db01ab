struct MigrationFileName: Equatable {
    var version: Int
    var name: String
    var isDown: Bool

    init?(_ fileName: String) {
        guard fileName.hasSuffix(".sql") else { return nil }
        var stem = fileName.dropLast(4)
        isDown = stem.hasSuffix(".down")
        if isDown { stem = stem.dropLast(5) }
        let digits = stem.prefix(4)
        let name = stem.dropFirst(5)
        guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let version = Int(digits),
            version > 0, stem.dropFirst(4).first == "_", !name.isEmpty, name.allSatisfy(Self.isAllowed)
        else { return nil }
        self.version = version
        self.name = String(name)
    }

    private static func isAllowed(_ character: Character) -> Bool {
        character == "_" || ("a"..."z").contains(character) || ("0"..."9").contains(character)
    }
}
