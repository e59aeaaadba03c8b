package dev.sallyport.config.rules;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Problems;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.config.yaml.Similar;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The networks that a rule set gives names, and what may stand where a rule wants networks. */
final class NetworkTable {

    private static final Form<Network> LITERAL = Form.of(
            "a network or an address, such as 198.51.100.0/24, 192.0.2.7 or \"2001:db8::/32\"", Network::parse)
            .because(text -> isName(text)
                    ? "is a name, and names are given to addresses alone: write its networks here too."
                    : why(text));

    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.[A-Za-z][A-Za-z0-9-]*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

    private final Map<String, List<Network>> named = new HashMap<>();
    private final Map<String, Located<String>> unused = new LinkedHashMap<>();

    NetworkTable(Section section, Problems problems) {
        for (var name : section.keys()) {
            var networks = section.someOf(name.value(), LITERAL).stream().map(Located::value).toList();
            if (RuleForms.OWN_NAME.read(name.value()) == null) {
                problems.add(name, RuleForms.OWN_NAME.refusal(name.value()));
            }
            named.put(name.value(), networks);
            unused.put(name.value(), name);
        }
        section.end();
    }

    /** A network, an address, or a name for some. */
    Form<List<Network>> form() {
        return Form.<List<Network>>of(
                "a network, an address or a name from networks, such as 198.51.100.0/24, 192.0.2.7 or \"2001:db8::/32\"", this::read)
                .because(text -> isName(text) ? whyName(text) : why(text));
    }

    /** Names that nothing was read for. */
    List<Located<String>> unused() {
        return List.copyOf(unused.values());
    }

    private @Nullable List<Network> read(String text) {
        var networks = named.get(text);
        if (networks != null) {
            unused.remove(text);
            return networks;
        }
        var literal = Network.parse(text);
        return literal == null ? null : List.of(literal);
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private String whyName(String text) {
        if (named.isEmpty()) {
            return "is no network, and this file names none: write an address or a network, or name some under networks.";
        }
        var names = named.keySet().stream().sorted().toList();
        var similar = Similar.to(text, names);
        return "is no network: " + (similar == null ? "" : "did you mean '" + similar + "'? ")
                + "Named under networks are " + String.join(", ", names) + ".";
    }

    private static @Nullable String why(String text) {
        var slash = text.indexOf('/');
        var host = slash < 0 ? text : text.substring(0, slash);
        if (host.indexOf('%') >= 0) {
            return "names an interface: rules know addresses alone; write it without '" + host.substring(host.indexOf('%')) + "'.";
        }
        if (HOST_NAME.matcher(text).matches()) {
            return "is a host's name, and rules look no names up: write its address.";
        }
        var address = Addresses.parse(host);
        if (address == null || slash < 0) {
            return null;
        }
        var most = address.getAddress().length * Byte.SIZE;
        var length = Form.integer(0, most).read(text.substring(slash + 1));
        return length == null || text.charAt(slash + 1) == '-'
                ? "has no prefix's length behind the slash: write a number from 0 to " + most + "."
                : "has bits set behind its prefix: write '" + prefix(address, length) + "' for the network, or '"
                        + Network.of(address) + "' for the one address.";
    }

    private static Network prefix(InetAddress address, int length) {
        var bytes = address.getAddress();
        for (var bit = length; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
        }
        try {
            return new Network(InetAddress.getByAddress(bytes), length);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
