package dev.sallyport;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The packages' arrows, and what the pure ones are free of. A package that does not exist yet keeps its rule. */
@AnalyzeClasses(packages = "dev.sallyport", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** What each package may use, besides itself and what those may use. */
    private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

    static {
        MAY_USE.put("ftp", List.of());
        MAY_USE.put("rules", List.of("ftp"));
        MAY_USE.put("session", List.of("ftp", "rules"));
        MAY_USE.put("netlink", List.of());
        MAY_USE.put("tls", List.of());
        MAY_USE.put("datapath", List.of("session", "netlink"));
        MAY_USE.put("proxy", List.of("session", "datapath", "tls"));
        MAY_USE.put("capture", List.of());
        MAY_USE.put("lab", List.of("session", "capture", "proxy"));
        MAY_USE.put("telemetry", List.of("session"));
        MAY_USE.put("admin", List.of("telemetry", "datapath", "tls"));
        MAY_USE.put("config", List.of("lab", "admin"));
        MAY_USE.put("cli", List.of("config"));
    }

    private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("dev.sallyport..");

    @ArchTest
    static final ArchRule packages_useOnlyWhatStandsAboveThem = CompositeArchRule.of(
            MAY_USE.keySet().stream().map(ArchitectureTest::arrowsOf).toList());

    @ArchTest
    static final ArchRule everyClass_isInAPackageOfTheDesign = classes()
            .should()
            .resideInAnyPackage(MAY_USE.keySet().stream().map(ArchitectureTest::within).toArray(String[]::new));

    @ArchTest
    static final ArchRule packages_haveNoCycles = slices().matching("dev.sallyport.(*)..").should().beFreeOfCycles();

    /** No Netty, no sockets, no files, no threads, no logging: only these. */
    @ArchTest
    static final ArchRule purePackages_useOnlyLanguageCollectionsTimeAndAddresses = pure()
            .should()
            .onlyDependOnClassesThat(OURS
                    .or(resideInAnyPackage("java.lang", "java.lang.annotation", "java.lang.invoke", "java.lang.runtime",
                            "java.util", "java.util.function", "java.util.regex", "java.util.stream", "java.time",
                            "java.nio.charset", "org.jspecify.annotations"))
                    .or(DescribedPredicate.describe("addresses", type -> type.isEquivalentTo(InetAddress.class)
                            || type.isEquivalentTo(Inet4Address.class)
                            || type.isEquivalentTo(Inet6Address.class)
                            || type.isEquivalentTo(InetSocketAddress.class)
                            || type.isEquivalentTo(UnknownHostException.class)))
                    .or(DescribedPredicate.describe("primitives and arrays of these", type -> type.isPrimitive()
                            || type.getBaseComponentType().isPrimitive())))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule purePackages_haveNoClockNoRandomnessNoThreads = CompositeArchRule.of(List.of(
            noClasses().that(arePure()).should().callMethodWhere(DescribedPredicate.describe(
                    "the time is asked for",
                    call -> call.getName().equals("now") && call.getTargetOwner().getPackageName().equals("java.time")
                            || call.getTargetOwner().isEquivalentTo(System.class)
                                    && Set.of("nanoTime", "currentTimeMillis").contains(call.getName())))
                    .allowEmptyShould(true),
            noClasses().that(arePure()).should().callMethod(Math.class, "random").allowEmptyShould(true),
            noClasses().that(arePure()).should().dependOnClassesThat().areAssignableTo(RandomGenerator.class).allowEmptyShould(true),
            noClasses().that(arePure()).should().dependOnClassesThat().belongToAnyOf(
                    Random.class, UUID.class, Clock.class, Thread.class).allowEmptyShould(true)));

    private static GivenClassesConjunction pure() {
        return classes().that(arePure());
    }

    private static DescribedPredicate<JavaClass> arePure() {
        return resideInAnyPackage(within("ftp"), within("rules"), within("session"))
                .as("belong to ftp, rules or session");
    }

    private static ArchRule arrowsOf(String name) {
        var allowed = reachable(name).stream().map(ArchitectureTest::within).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(within(name))
                .should()
                .dependOnClassesThat(OURS.and(not(resideInAnyPackage(allowed))))
                .as(name + " uses only " + reachable(name))
                .allowEmptyShould(true);
    }

    private static Set<String> reachable(String name) {
        var found = new LinkedHashSet<String>();
        var open = new ArrayList<>(List.of(name));
        while (!open.isEmpty()) {
            var next = open.removeLast();
            if (found.add(next)) {
                open.addAll(MAY_USE.getOrDefault(next, List.of()));
            }
        }
        return found;
    }

    private static String within(String name) {
        return "dev.sallyport." + name + "..";
    }
}
