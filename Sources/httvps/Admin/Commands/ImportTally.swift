struct ImportTally {
    let resource: ResourceDescription
    let lines: Int
    private(set) var created = 0
    private(set) var found = 0

    init(of lines: Int, _ resource: ResourceDescription) {
        self.resource = resource
        self.lines = lines
    }

    mutating func count(isReplay: Bool) { if isReplay { found += 1 } else { created += 1 } }

    var text: String {
        let there = found == 1 ? "1 was there already" : "\(found) were there already"
        return "created \(resource.counted(created))" + (found == 0 ? "" : ", \(there)")
    }

    var soFar: String {
        let left = lines - created - found
        return text + (left == 0 ? "" : left == 1 ? "; 1 line is left" : "; \(left) lines are left")
    }
}
