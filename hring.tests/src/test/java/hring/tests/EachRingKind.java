package hring.tests;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that run over each transport of hring's, and each placement that it has; with messages in
 * blocks and in packs.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(RingKind.class)
abstract class EachRingKind extends OverRingKinds {}
