namespace Mail.Bench.Email;

/// <summary>Processor time that everything has used since it was noted: the subject's processes, the servers, the sink.</summary>
internal sealed class Usage
{
    private readonly (string Name, Func<double> Seconds)[] _all;
    private readonly double[] _before;

    private Usage((string Name, Func<double> Seconds)[] all) => (_all, _before) = (all, [.. all.Select(each => each.Seconds())]);

    internal static Usage Of(EmailStage stage) => new([
        .. stage.Subject.Processes.Select(process => (process.Name, (Func<double>)(() => ProcessTime.Of(process.Id)))),
        ("PostgreSQL", () => ProcessTime.OfTree(Servers.ProcessOf("postgres"))),
        .. stage.Subject is OurSystem
            ? [("RabbitMQ", () => ProcessTime.OfTree(Servers.ProcessOf("rabbitmq")))]
            : Array.Empty<(string, Func<double>)>(),
        ("the sink", () => ProcessTime.Of(stage.Sink.Id))]);

    internal (string Name, double Seconds)[] Since() => [.. _all.Select((each, index) => (each.Name, each.Seconds() - _before[index]))];
}
