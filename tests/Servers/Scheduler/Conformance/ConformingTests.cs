namespace Mail.Tests.Servers.Scheduler.Conformance;

/// <summary>The suite on the library itself.</summary>
public sealed class DirectConformanceTests(DirectFixture fixture) : PostgresConformanceTests(fixture), IClassFixture<DirectFixture>;

/// <summary>The suite on the library behind its queue.</summary>
public sealed class QueueConformanceTests(QueueFixture fixture) : PostgresConformanceTests(fixture), IClassFixture<QueueFixture>;

/// <summary>The suite on MassTransit's own scheduler: what it fails is wrong with the suite.</summary>
public sealed class InMemoryConformanceTests(InMemoryFixture fixture) : ConformanceTests(fixture), IClassFixture<InMemoryFixture>;
