using System.Net;
using System.Net.Sockets;
using System.Text;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Callers that open connections and never end a request do not stop the others.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class SlowCallersTests(SharedSystem system)
{
    private const int Connections = 10_000;
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task Ten_thousand_connections_that_never_end_their_request_do_not_stop_the_others()
    {
        var address = new Uri(system.Mail.ConfigServices[0].Address.ToString());
        string[] beginnings =
        [
            "GET /api/v1/email-status HTTP/1.1\r\nHost: a\r\nX-Slow: ",
            $"POST /api/v1/client/{_client}/scheduled-emails HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {MailSystem.OperatorKey}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
        ];
        var slow = new List<Socket>(Connections);
        try
        {
            while (slow.Count < Connections)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                slow.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, address.Port);
                await socket.SendAsync(Encoding.ASCII.GetBytes(beginnings[slow.Count % beginnings.Length]));
            }

            var took = new List<TimeSpan>();
            for (var number = 0; number < 20; number++)
            {
                var started = TimeProvider.System.GetTimestamp();
                (await _api.PutAsync(
                    $"client/{_client}/email-config",
                    Api.Config(Api.Item("hello", Api.In(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(number))))))
                    .Expect(HttpStatusCode.OK);
                took.Add(TimeProvider.System.GetElapsedTime(started));
            }

            Assert.InRange(took.Order().ElementAt(took.Count / 2), TimeSpan.Zero, _soon);
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }
}
