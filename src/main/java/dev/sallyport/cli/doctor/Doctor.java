package dev.sallyport.cli.doctor;

import dev.sallyport.config.Configuration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All checks in order: programs and kernel first, since what follows depends on them. */
public final class Doctor {

    private static final List<Check> CHECKS = List.of(
            Versions::look, Capabilities::look, KernelFeatures::look, Sysctls::look, ReversePath::look,
            CompetingHelper::look, PolicyRoutes::look, Descriptors::look, SessionLogFile::look);

    private Doctor() {}

    /** Looks at this host. @param configuration what it is to do; null for everything that Sallyport can */
    public static List<Finding> look(@Nullable Configuration configuration) {
        var wants = configuration == null ? Wants.everything() : Wants.of(configuration);
        var host = new Host();
        return CHECKS.stream().flatMap(check -> check.look(wants, host).stream()).toList();
    }
}
