import AsyncHTTPClient
import Hummingbird
import NIOSSL

package enum HTTVPSGatewayPlaceholder {}
