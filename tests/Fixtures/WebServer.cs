using Mail.Tests.Fixtures.Smtp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mail.Tests.Fixtures;

/// <summary>A web server of somebody else's, on a real socket: what the system, or a browser, calls in a test.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebServer(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts one that answers every request in this way.</summary>
    /// <param name="address">Where it listens; with https as <see cref="TestCertificate.Server"/>.</param>
    /// <param name="answer">Answers one request; it is called by several at once.</param>
    public static async Task<WebServer> StartAsync(Uri address, RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls(address.ToString());
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            builder.WebHost.UseKestrelHttpsConfiguration()
                .ConfigureKestrel(server => server.ConfigureHttpsDefaults(https => https.ServerCertificate = TestCertificate.Server));
        }

        var application = builder.Build();
        application.Run(answer);
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new(application, address);
    }

    /// <summary>Ends at once: whoever still waits for an answer gets none.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
