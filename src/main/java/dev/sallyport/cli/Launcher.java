package dev.sallyport.cli;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** What starts this program. */
final class Launcher {

    private Launcher() {}

    /** The jar stands in {@code target}, its classes in {@code target/classes}, and the launcher in {@code deploy} beside it. */
    static Path besideThis() {
        try {
            Path here = Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return here.resolveSibling("../deploy/sallyport").normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
