using Microsoft.Extensions.Configuration;

namespace Mail.Hosting;

/// <summary>The name of this instance, for people: in timelines, logs and the list of senders.</summary>
/// <param name="Name">For example <c>config-1</c>: <c>INSTANCE_NAME</c>, or the name of the host.</param>
/// <param name="Installation">The name of the whole system that it is a part of: <c>MAIL_INSTANCE</c>; empty where it is not set.</param>
public sealed record Instance(string Name, string Installation)
{
    internal static Instance From(IConfiguration configuration) =>
        new(configuration["INSTANCE_NAME"] is { Length: > 0 } name ? name : Environment.MachineName, configuration["MAIL_INSTANCE"] ?? "");
}
