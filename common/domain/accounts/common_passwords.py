"""Passwords of eight characters and more that everybody tries first (OWASP: refuse the most common ones)."""

_LIST = """
00000000 000000000 0000000000 0123456789 01234567 012345678 0987654321 09876543 10203040 11111111 111111111
1111111111 11223344 1122334455 12121212 12312312 123123123 12341234 1234512345 123454321 12345678 123456789
1234567890 12345678910 123456789a 123456789q 123456abc 1234567a 1234567q 12344321 1234qwer 123654789 123qweasd
123qwe123 13131313 135792468 14725836 147258369 159357159 1a2b3c4d 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx
1qaz2wsx3edc 1qazxsw2 20202020 21212121 22222222 23456789 33333333 44444444 55555555 66666666 66778899 69696969
77777777 87654321 88888888 888888888 963852741 98765432 987654321 9876543210 99999999 999999999 a1234567 a12345678
a123456789 a1b2c3d4 aa123456 aa12345678 aaaaaaaa abc12345 abc123456 abcd1234 abcdefgh abcdefg1 administrator
admin123 admin1234 admin12345 alexander amsterdam anthony1 arsenal1 asd12345 asdasdasd asdf1234 asdfasdf asdfghjk
asdfghjkl asdfghjkl1 azerty123 azertyuiop babygirl babygirl1 barcelona baseball baseball1 basketball benjamin
blink182 butterfly changeme changeme1 changeme123 charlie1 chelsea1 chocolate christian christopher computer
computer1 corvette cowboys1 danielle dearbook december default1 dragon123 dolphins einstein elephant elizabeth
facebook firebird football football1 football123 forever1 fortnite freedom1 garfield gateway1 gfhjkm123 giovanni
godisgood google123 hallo123 hallohallo hello123 hello1234 hellohello helloworld iloveyou iloveyou1 iloveyou2
iloveyou12 internet internet1 jennifer jessica1 jonathan jordan23 juventus letmein1 letmein123 letmeinnow liverpool
liverpool1 loveyou1 lovelove manchester marseille masterkey maverick mercedes metallica michelle minecraft
monkey123 motdepasse mustang1 mynoob123 nicholas ninja123 november p@ssw0rd p@ssword pa$$w0rd pa55word parola123
passw0rd passw0rd1 passwort passwort1 passwort123 password password! password0 password1 password1! password12
password123 password1234 password12345 password2 password3 passwords pakistan patricia pokemon123 precious
princess princess1 princesse q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123 qazwsxedc qqqqqqqq qwaszx12 qwe12345
qwer1234 qwert123 qwert12345 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyui qwertyuio qwertyuiop
qwertz123 qwertzui qwertzuiop rainbow1 ronaldo7 samantha sandiego scholium scholium1 scholium123 school123
schule123 secret123 september shadow12 shithead snowball spiderman spiderman1 starwars starwars1 steelers
student1 student123 sunshine sunshine1 superman superman1 superstar swordfish sweetheart teacher1 teacher123
tequiero test1234 test12345 testtest thomas123 thunder1 tinkerbell trustno1 unknown1 valentina veronica victoria
volleyball welcome1 welcome12 welcome123 whatever whatever1 william1 windows1 yankees1 zaq12wsx zaq1xsw2 zaq1zaq1
zxcvbnm1 zxcvbnm123 zxcvbnm, xxxxxxxx
"""
COMMON = frozenset(_LIST.split())
