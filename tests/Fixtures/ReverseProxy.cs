using System.Diagnostics;
using System.Net.Sockets;
using Mail.Local.Processes;

namespace Mail.Tests.Fixtures;

/// <summary>A real reverse proxy, nginx or Caddy, that publishes services under a path.</summary>
public sealed class ReverseProxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mail-proxy-");
    private Process? _process;

    private ReverseProxy()
    {
    }

    /// <summary>A port of the proxy, and what it does with requests there.</summary>
    /// <param name="Service">The service that it passes them on to.</param>
    /// <param name="Prefix">The path under which it publishes the service, such as <c>/mail</c>.</param>
    /// <param name="Strips">Whether it takes the path away before it passes a request on.</param>
    /// <param name="Tells">Whether it names the path in <c>X-Forwarded-Prefix</c>.</param>
    public sealed record Route(Uri Service, string Prefix, bool Strips, bool Tells)
    {
        internal int Port { get; } = FreePorts.Find(1)[0];

        /// <summary>Where callers find the service; it ends with a slash.</summary>
        public Uri Site => new($"http://127.0.0.1:{Port}{Prefix}/");
    }

    /// <summary>Starts a proxy, and waits until it listens on the ports of all routes.</summary>
    /// <param name="name"><c>nginx</c> or <c>caddy</c>.</param>
    /// <param name="routes">What it is to do.</param>
    public static async Task<ReverseProxy> StartAsync(string name, IReadOnlyList<Route> routes)
    {
        var proxy = new ReverseProxy();
        try
        {
            await proxy.LaunchAsync(
                await DistributionProgram.ReverseProxyAsync(name), name == "nginx" ? proxy.Nginx(routes) : Caddy(routes), name);
            foreach (var route in routes)
                await Deadline.UntilAsync(() => proxy.AnswersAsync(route.Port), answers => answers);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // nginx ends its workers then.
            if (!_process.HasExited)
                Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();
            await _process.WaitForExitAsync().WaitAsync(Deadline.Start);
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task LaunchAsync(string program, string configuration, string name)
    {
        var file = Path.Combine(_folder.FullName, "configuration");
        await File.WriteAllTextAsync(file, configuration);
        string[] arguments = name == "nginx"
            ? ["-p", _folder.FullName, "-c", file, "-e", "stderr"]
            : ["run", "--config", file, "--adapter", "caddyfile"];
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        // Caddy keeps its certificates and its last configuration there.
        (start.Environment["XDG_DATA_HOME"], start.Environment["XDG_CONFIG_HOME"]) = (_folder.FullName, _folder.FullName);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    private async Task<bool> AnswersAsync(int port)
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"The proxy ended with {_process.ExitCode}.");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // A slash after the address takes the location's path away (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass).
    private string Nginx(IEnumerable<Route> routes) => $$"""
        daemon off;
        user {{Environment.UserName}};
        worker_processes 1;
        pid {{_folder.FullName}}/pid;
        events {}
        http {
          access_log off;
          client_body_temp_path {{_folder.FullName}}/body;
          proxy_temp_path {{_folder.FullName}}/proxy;
          fastcgi_temp_path {{_folder.FullName}}/fastcgi;
          uwsgi_temp_path {{_folder.FullName}}/uwsgi;
          scgi_temp_path {{_folder.FullName}}/scgi;
        {{string.Join('\n', routes.Select(route => $$"""
          server {
            listen 127.0.0.1:{{route.Port}};
            location {{route.Prefix}}/ {
              proxy_pass {{route.Service.GetLeftPart(UriPartial.Authority)}}{{(route.Strips ? "/" : "")}};
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_set_header X-Forwarded-Proto $scheme;
              proxy_set_header X-Forwarded-Prefix "{{(route.Tells ? route.Prefix : "")}}";
            }
          }
        """))}}
        }
        """;

    private static string Caddy(IEnumerable<Route> routes) => $$"""
        {
          admin off
          auto_https off
        }
        {{string.Join('\n', routes.Select(route => $$"""
        http://127.0.0.1:{{route.Port}} {
          {{(route.Strips ? "handle_path" : "handle")}} {{route.Prefix}}/* {
            reverse_proxy {{route.Service.Authority}} {
              header_up {{(route.Tells ? $"X-Forwarded-Prefix {route.Prefix}" : "-X-Forwarded-Prefix")}}
            }
          }
        }
        """))}}
        """;
}
