using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>SIGTERM in whatever state a service is: it ends by itself, and in time.</summary>
public sealed class StopTests(TestServers servers)
{
    // What is waited for by whatever runs the services, before it kills them.
    private static readonly TimeSpan _graceTime = TimeSpan.FromSeconds(40);

    public enum Trouble
    {
        PostgresStalls,
        PostgresIsCut,
        RabbitMqStalls,
        RabbitMqIsCut,
        BothStall,
        BothAreCut,
    }

    [Theory, Long]
    [InlineData(Trouble.PostgresStalls, Trouble.RabbitMqStalls)]
    [InlineData(Trouble.PostgresIsCut, Trouble.BothStall)]
    public async Task A_service_ends_within_its_grace_time_whatever_its_servers_do_before_it_is_told_to(params Trouble[] troubles)
    {
        var systems = new List<Cut>();
        try
        {
            foreach (var trouble in troubles)
                systems.Add(await Cut.StartAsync(servers, trouble, until: "/health/ready"));
            systems.ForEach(system => system.Begin());
            // Statements and messages are under way that get no answer.
            await Task.WhenAll(systems.Select(system => system.UntilFeltAsync()));
            await AssertAllEndAsync(systems);
        }
        finally
        {
            await Task.WhenAll(systems.Select(system => system.DisposeAsync().AsTask()));
        }
    }

    [Fact, Long]
    public async Task A_service_ends_within_its_grace_time_while_it_starts_or_when_its_servers_go_after_it_is_told_to()
    {
        var systems = new List<Cut>();
        try
        {
            var running = await Cut.StartAsync(servers, Trouble.BothStall, until: "/health/ready");
            systems.Add(running);
            var ending = running.StopAllAsync();
            running.Begin();
            Assert.All(await ending, took => Assert.InRange(took, TimeSpan.Zero, _graceTime));
            foreach (var trouble in new[] { Trouble.BothStall, Trouble.PostgresIsCut, Trouble.RabbitMqIsCut })
                systems.Add(await Cut.StartAsync(servers, trouble, until: null));
            await AssertAllEndAsync(systems.Skip(1));
        }
        finally
        {
            await Task.WhenAll(systems.Select(system => system.DisposeAsync().AsTask()));
        }
    }

    private static async Task AssertAllEndAsync(IEnumerable<Cut> systems)
    {
        var took = await Task.WhenAll(systems.Select(async system => (system.Trouble, Longest: (await system.StopAllAsync()).Max())));
        Assert.All(took, each => Assert.True(each.Longest < _graceTime, $"{each.Trouble}: {each.Longest}"));
    }

    /// <summary>One of each service, with a proxy before each server.</summary>
    private sealed class Cut : IAsyncDisposable
    {
        private readonly TcpProxy _postgres;
        private readonly TcpProxy _rabbitMq;
        private readonly List<ServiceProcess> _services;

        private Cut(Trouble trouble, TcpProxy postgres, TcpProxy rabbitMq, List<ServiceProcess> services) =>
            (Trouble, _postgres, _rabbitMq, _services) = (trouble, postgres, rabbitMq, services);

        internal Trouble Trouble { get; }

        /// <summary>
        /// Waits until they answer at the path; without one the trouble is there from the start, and they are only launched.
        /// </summary>
        internal static async Task<Cut> StartAsync(TestServers servers, Trouble trouble, string? until)
        {
            var (postgres, database) = TcpProxy.BeforePostgres(await servers.NewDatabaseAsync());
            var (rabbitMq, broker) = TcpProxy.BeforeRabbitMq(await servers.NewVirtualHostAsync());
            var services = new List<ServiceProcess>();
            foreach (var (service, port) in new[] { ("ConfigService", "1"), ("SchedulerService", "2"), ("SenderService", "3") })
            {
                services.Add(ServiceProcess.On(database, broker, service, new(StringComparer.Ordinal)
                {
                    ["API_KEY"] = MailSystem.OperatorKey,
                    ["INSTANCE_NAME"] = $"{service}-{port}",
                    ["SMTP_HOST"] = "127.0.0.1",
                    ["SMTP_PORT"] = "9",
                    ["SMTP_USE_TLS"] = "false",
                    ["SMTP_ALLOW_PLAINTEXT"] = "true",
                    ["SMTP_AUTH"] = "none",
                    ["SMTP_FROM_EMAIL"] = "mail@sender.example",
                }));
            }

            var cut = new Cut(trouble, postgres, rabbitMq, services);
            if (until is null)
                cut.Begin();
            foreach (var service in services)
                service.Launch();
            if (until is null)
            {
                await Task.WhenAll(services.Select(
                    service => Deadline.UntilAsync(() => Task.FromResult(service.Log), log => log.Length > 0, Deadline.Start)));
            }
            else
            {
                await Task.WhenAll(
                    services.Take(2).Select(service => service.WaitAsync(until)).Append(services[2].WaitAsync("/health/live")));
            }

            return cut;
        }

        internal void Begin()
        {
            if (Trouble is Trouble.PostgresStalls or Trouble.BothStall)
                _postgres.Stall();
            if (Trouble is Trouble.RabbitMqStalls or Trouble.BothStall)
                _rabbitMq.Stall();
            if (Trouble is Trouble.PostgresIsCut)
                _postgres.Cut();
            if (Trouble is Trouble.RabbitMqIsCut)
                _rabbitMq.Cut();
        }

        internal async Task UntilFeltAsync()
        {
            if (Trouble is Trouble.PostgresStalls or Trouble.BothStall)
                await Deadline.UntilAsync(() => Task.FromResult(_postgres.HeldBack), held => held >= 5);
            if (Trouble is Trouble.RabbitMqStalls)
                await Deadline.UntilAsync(() => Task.FromResult(_rabbitMq.HeldBack), held => held >= 1);
        }

        internal Task<TimeSpan[]> StopAllAsync() => Task.WhenAll(_services.Select(service => service.StopAndMeasureAsync()));

        public async ValueTask DisposeAsync()
        {
            foreach (var service in _services)
                await service.DisposeAsync();
            await _postgres.DisposeAsync();
            await _rabbitMq.DisposeAsync();
        }
    }
}
