import Hummingbird
import JWTKit

package enum HTTVPSBackendPlaceholder {}
