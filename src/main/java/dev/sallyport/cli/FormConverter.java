package dev.sallyport.cli;

import dev.sallyport.config.ChecksText;
import dev.sallyport.config.Forms;
import dev.sallyport.config.yaml.Form;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.proxy.ServerAddress;
import dev.sallyport.rules.Level;
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

    static final class OfServerSourcePort extends FormConverter<Level> {
        OfServerSourcePort() {
            super(ChecksText.ACTIVE_SOURCE_PORT);
        }
    }
}
