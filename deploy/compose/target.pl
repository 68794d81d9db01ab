# The demo's web server: answers every GET with /file.bin.
use strict;
use warnings;
use IO::Socket::INET;
$SIG{CHLD} = 'IGNORE';
$SIG{TERM} = sub { exit 0 };
my $listener = IO::Socket::INET->new(LocalPort => 8000, Listen => 64, ReuseAddr => 1) or die "cannot listen: $!";
while (1) {
    my $socket = $listener->accept or next;
    next if fork;
    while (my $line = <$socket>) { last if $line =~ /^\r?\n$/ }
    open(my $file, '<:raw', '/file.bin') or die "cannot read: $!";
    print {$socket} "HTTP/1.1 200 OK\r\nContent-Length: " . (-s $file) . "\r\nConnection: close\r\n\r\n";
    print {$socket} $_ while read($file, $_, 65536);
    exit 0;
}
