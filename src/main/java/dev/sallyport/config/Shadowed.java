package dev.sallyport.config;

import dev.sallyport.proxy.Interception;
import dev.sallyport.proxy.ServerChoice;
import dev.sallyport.rules.Containment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An intercepting gateway that no connection would come to, because the packet filter leads all of them to another first. */
final class Shadowed {

    private Shadowed() {}

    /** The one that takes them all; null for none. @param all in the order of the file, in which the packet filter asks too */
    static @Nullable GatewayText by(GatewayText gateway, List<GatewayText> all) {
        var own = gateway.interception();
        if (!own.intercepts() || !own.users().isEmpty() || !own.groups().isEmpty()) {
            // Programs on this host are asked for elsewhere.
            return null;
        }
        return all.stream()
                .filter(other -> other != gateway && other.interception().intercepts())
                .filter(other -> asked(other, all) < asked(gateway, all))
                .filter(other -> takesAll(other, gateway))
                .findFirst().orElse(null);
    }

    /** When the packet filter asks for it: what is handed over as it is goes before what is translated. */
    private static int asked(GatewayText gateway, List<GatewayText> all) {
        return all.indexOf(gateway) + (gateway.interception().kind() == Interception.Kind.TPROXY ? 0 : all.size());
    }

    private static boolean takesAll(GatewayText first, GatewayText second) {
        var one = first.interception();
        var other = second.interception();
        return Containment.all(one.clientInterfaces(), other.clientInterfaces(), Object::equals)
                && Containment.all(one.clients(), other.clients(), Containment::network)
                && Containment.all(one.controlPorts(), other.controlPorts(), Object::equals)
                && (other.addresses().isEmpty()
                        ? first.server().value() instanceof ServerChoice.Original(var wide)
                                && second.server().value() instanceof ServerChoice.Original(var narrow)
                                && Containment.all(wide, narrow, Containment::network)
                        : one.addresses().containsAll(other.addresses()));
    }
}
