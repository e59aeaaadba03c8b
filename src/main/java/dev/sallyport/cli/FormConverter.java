package dev.sallyport.cli;

import dev.sallyport.config.ChecksText;
import dev.sallyport.config.Forms;
import dev.sallyport.config.LogOptions;
import dev.sallyport.config.yaml.Form;
import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.Level;
import dev.sallyport.rules.TlsState;
import dev.sallyport.telemetry.journal.Format;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an option's value as the configuration file would, and refuses it in the same words. */
abstract class FormConverter<T> implements ITypeConverter<T> {

    private final Form<T> form;

    private FormConverter(Form<T> form) {
        this.form = form;
    }

    @Override
    public T convert(String text) {
        var value = form.read(text);
        if (value == null) {
            throw new TypeConversionException(form.refusal(text));
        }
        return value;
    }

    static final class OfEndpoint extends FormConverter<Endpoint> {
        OfEndpoint() {
            super(Forms.ENDPOINT);
        }
    }

    static final class OfServer extends FormConverter<ServerAddress> {
        OfServer() {
            super(Forms.SERVER);
        }
    }

    static final class OfPorts extends FormConverter<PortRange> {
        OfPorts() {
            super(Forms.PORTS);
        }
    }

    static final class OfAddress extends FormConverter<InetAddress> {
        OfAddress() {
            super(Form.of("an IP address, such as 192.0.2.10 or 2001:db8::10", Addresses::parse));
        }
    }

    /** FTP's own port goes without saying. */
    static final class OfServerEnd extends FormConverter<Endpoint> {

        private static final Port FTP = new Port(21);

        OfServerEnd() {
            super(Form.of("an IP address, and a port unless it is 21, such as 198.51.100.20 or [2001:db8::1]:2121", OfServerEnd::read));
        }

        private static @Nullable Endpoint read(String text) {
            var address = Addresses.parse(text);
            return address == null ? Forms.ENDPOINT.read(text) : new Endpoint(address, FTP);
        }
    }

    static final class OfTlsState extends FormConverter<TlsState> {
        OfTlsState() {
            super(Form.oneOf(TlsState.class));
        }
    }

    /** Into the minute of the week. */
    static final class OfMoment extends FormConverter<Integer> {

        private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
        private static final Pattern MOMENT = Pattern.compile("([a-z]{3}) ([01][0-9]|2[0-3]):([0-5][0-9])");

        OfMoment() {
            super(Form.of("a day and a time, such as \"mon 14:30\"", OfMoment::read));
        }

        private static @Nullable Integer read(String text) {
            var moment = MOMENT.matcher(text);
            return moment.matches() && DAYS.contains(moment.group(1))
                    ? (DAYS.indexOf(moment.group(1)) * 24 + Integer.parseInt(moment.group(2))) * 60 + Integer.parseInt(moment.group(3))
                    : null;
        }
    }

    static final class OfLogFormat extends FormConverter<Format> {
        OfLogFormat() {
            super(LogOptions.FORMAT);
        }
    }

    static final class OfServerSourcePort extends FormConverter<Level> {
        OfServerSourcePort() {
            super(ChecksText.ACTIVE_SOURCE_PORT);
        }
    }
}
