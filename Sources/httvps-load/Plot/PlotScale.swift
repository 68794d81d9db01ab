import Foundation

struct PlotScale: Equatable, Sendable {
    let top: Double
    let step: Double

    init(covering highest: Double, ticks: Int) {
        let goal = highest.isFinite && highest > 0 ? highest : 1
        let rough = goal / Double(max(ticks, 1))
        let power = pow(10, floor(log10(rough)))
        let factor = [1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999_999 } ?? 10
        step = factor * power
        top = step * (goal / step - 0.000_001).rounded(.up)
    }

    var ticks: [Double] { (0...Int((top / step).rounded())).map { Double($0) * step } }

    func position(_ value: Double, length: Double) -> Double { value / top * length }

    func label(_ tick: Double) -> String {
        let digits = step >= 1 && step == step.rounded() ? 0 : step * 10 == (step * 10).rounded() ? 1 : 2
        return Words.number(tick, digits: digits)
    }
}
