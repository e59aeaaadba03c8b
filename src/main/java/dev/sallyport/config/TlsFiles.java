package dev.sallyport.config;

import dev.sallyport.config.yaml.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** PEM files. @param certificate with what leads to its issuer behind it @param key of it, PKCS #8, not encrypted */
public record TlsFiles(Path certificate, Path key) {

    /** Null when something is wrong with it. @param file the configuration file: paths are relative to it */
    static @Nullable TlsFiles read(Section section, Path file) {
        var certificate = section.required("certificate", Forms.PEM);
        var key = section.required("key", Forms.PEM);
        section.end();
        return certificate == null || key == null
                ? null
                : new TlsFiles(file.resolveSibling(certificate.value()), file.resolveSibling(key.value()));
    }
}
